/** One style sheet for all pages, inline; what differs between portals is in `brandStyle`. */
export const styleSheet = `
:root{
color-scheme:light dark;
--page:#f5f6f9;--card:#fff;--text:#171923;--soft:#5a6072;--line:#e3e6ee;--field:#f8f9fb;--notice:#fff7e0;--notice-line:#ecd9a0;
--shadow:0 1px 2px rgb(20 24 40/.05),0 12px 32px -8px rgb(20 24 40/.12);
}
@media(prefers-color-scheme:dark){:root{
--page:#0e0f13;--card:#17191f;--text:#f0f1f5;--soft:#a3a9ba;--line:#2b2f3a;--field:#101217;--notice:#2a2411;--notice-line:#5b4d1f;
--shadow:0 1px 2px rgb(0 0 0/.4),0 12px 32px -8px rgb(0 0 0/.5);
}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;min-height:100vh;min-height:100dvh;background:var(--page);color:var(--text);
font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;overflow-wrap:anywhere}
h1,h2,p,ul,ol,dl,dd,figure{margin:0;padding:0}
h1{font-size:1.625rem;line-height:1.25;font-weight:650;text-wrap:balance}
h2{font-size:1.0625rem;line-height:1.35;font-weight:650}
a{color:var(--brand-text);text-underline-offset:.2em;text-decoration-thickness:1px}
a:hover{text-decoration-thickness:2px}
code,pre,.mono{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.9em}
[hidden]{display:none!important}
:focus-visible{outline:3px solid var(--brand-text);outline-offset:2px}
.soft{color:var(--soft)}
.small{font-size:.875rem}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.stack>*+*{margin-block-start:1rem}
.button{display:block;width:100%;min-height:3rem;padding:.7rem 1.25rem;border:1px solid var(--brand-edge);border-radius:.625rem;
background:var(--brand);color:var(--on-brand);font:inherit;font-weight:600;line-height:1.35;text-align:center;text-decoration:none;
cursor:pointer;box-shadow:0 1px 2px rgb(0 0 0/.12);transition:filter .12s}
.button:hover{filter:brightness(1.08)}
.button:active{filter:brightness(.94)}
.button[aria-disabled=true]{opacity:.65;cursor:default;filter:none}
.button.plain{border-color:var(--line);background:var(--card);color:var(--text);box-shadow:none}
.button.plain:hover{background:var(--field);filter:none}
.button.compact{display:inline-block;width:auto;min-height:2.5rem;padding:.45rem .9rem;font-size:.9375rem}
.notice{padding:.8rem 1rem;border:1px solid var(--notice-line);border-radius:.625rem;background:var(--notice);font-size:.9375rem}

.center{min-height:100vh;min-height:100dvh;display:flex;flex-direction:column;align-items:center;justify-content:center;
padding:2rem 1rem;gap:1.75rem}
.mark{display:flex;align-items:center;gap:.7rem;max-width:26rem;font-weight:650;font-size:1.0625rem;line-height:1.3}
.mark img{display:block;max-width:12rem;max-height:3rem;object-fit:contain}
.tile{flex:none;display:grid;place-items:center;width:2.25rem;height:2.25rem;border:1px solid var(--brand-edge);border-radius:.625rem;
background:var(--brand);color:var(--on-brand);font-weight:700}
.card{width:100%;padding:1.75rem;border:1px solid var(--line);border-radius:1rem;background:var(--card);box-shadow:var(--shadow)}
.center .card{max-width:26rem}
.person{display:flex;align-items:center;gap:.85rem;padding:.8rem .9rem;border:1px solid var(--line);border-radius:.75rem;background:var(--field)}
.person .face{flex:none;display:grid;place-items:center;width:2.5rem;height:2.5rem;border-radius:50%;
background:var(--card);border:1px solid var(--line);color:var(--brand-text);font-weight:650}
.person div{min-width:0;line-height:1.4}
.person .small,.person b{display:block}
.person b{font-weight:600}
.foot{max-width:26rem;text-align:center;font-size:.875rem;color:var(--soft)}
.foot a{color:inherit}
@media(prefers-color-scheme:dark){.mark img{padding:.4rem .6rem;border-radius:.5rem;background:#fff}}

.bar{border-block-end:1px solid var(--line);background:var(--card)}
.bar>div,.wide{max-width:56rem;margin-inline:auto;padding-inline:1.25rem}
.bar>div{display:flex;align-items:center;gap:.75rem 1.25rem;padding-block:.8rem}
.mark span{text-align:left}
.bar .mark{margin-inline-end:auto;min-width:0}
.bar nav,.bar form{flex:none}
.bar nav{display:flex;flex-wrap:wrap;align-items:center;gap:.35rem 1.25rem}
.bar nav a{padding-block:.4rem;color:var(--soft);text-decoration:none;font-weight:500}
.bar nav a:hover{color:var(--text);text-decoration:underline}
.bar nav a[aria-current]{color:var(--text);font-weight:600}
.wide{padding-block:2.25rem 4rem}
.wide>*+*{margin-block-start:1.5rem}
.wide .card{padding:1.5rem;box-shadow:none}
.numbers{display:grid;grid-template-columns:repeat(auto-fit,minmax(8.5rem,1fr));gap:1rem}
.numbers div{padding:1.15rem 1.25rem;border:1px solid var(--line);border-radius:1rem;background:var(--card)}
.numbers dt{color:var(--soft);font-size:.875rem}
.numbers dd{font-size:2rem;line-height:1.2;font-weight:650;letter-spacing:-.02em;font-variant-numeric:tabular-nums}
.numbers dd.note{font-size:.875rem;font-weight:400;letter-spacing:0;color:var(--soft)}
.field{display:grid;gap:.35rem}
.field label{font-size:.875rem;font-weight:600}
.field .row{display:flex;flex-wrap:wrap;gap:.5rem}
.field input{flex:1 1 13rem;min-width:0;min-height:2.5rem;padding:.45rem .75rem;border:1px solid var(--line);border-radius:.625rem;
background:var(--field);color:var(--text);font:.9375rem/1.4 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
.field input.wide-input{min-height:3rem;font:inherit}
.field input.code{font-size:1.375rem;font-variant-numeric:tabular-nums;letter-spacing:.12em}
.command{display:block;padding:.7rem .9rem;border:1px solid var(--line);border-radius:.625rem;background:var(--field);user-select:all;overflow-wrap:anywhere}
.list{list-style:none;border:1px solid var(--line);border-radius:1rem;background:var(--card);overflow:hidden}
.list li+li{border-block-start:1px solid var(--line)}
.list a{display:grid;grid-template-columns:minmax(0,1fr) auto;gap:.1rem 1rem;padding:.9rem 1.25rem;color:inherit;text-decoration:none}
.list a:hover{background:var(--field)}
.list a:focus-visible{outline-offset:-3px;border-radius:1rem}
.list .subject{grid-column:1/-1;font-weight:600}
.list time{white-space:nowrap}
.rows{list-style:none;border-block-start:1px solid var(--line)}
.rows li{display:flex;flex-wrap:wrap;align-items:center;justify-content:space-between;gap:.5rem 1rem;padding-block:.8rem;border-block-end:1px solid var(--line)}
.rows li>div{flex:1 1 11rem;min-width:0;line-height:1.4}
.rows b{display:block;font-weight:600}
.between{display:flex;flex-wrap:wrap;align-items:baseline;justify-content:space-between;gap:.5rem 1.25rem}
.tabs{display:flex;gap:.25rem;border-block-end:1px solid var(--line)}
.tabs a{padding:.6rem .9rem;border-block-end:2px solid transparent;margin-block-end:-1px;color:var(--soft);text-decoration:none;font-weight:500}
.tabs a:hover{color:var(--text)}
.tabs a[aria-current]{border-color:var(--brand-text);color:var(--text);font-weight:600}
.facts{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:.25rem 1rem;font-size:.9375rem}
.facts dt{color:var(--soft)}
.mail{display:block;width:100%;height:max(28rem,70vh);border:1px solid var(--line);border-radius:.75rem;background:#fff}
pre.source{margin:0;padding:1.25rem;border:1px solid var(--line);border-radius:.75rem;background:var(--card);white-space:pre-wrap;overflow-wrap:anywhere}
.actions{display:flex;flex-wrap:wrap;gap:.5rem}
.wide.broad{max-width:90rem}
.bench{display:grid;gap:1.5rem;grid-template-columns:minmax(0,1fr)}
.bench .row{align-items:start;gap:1rem}
.bench .row .field{flex:1 1 14rem;min-width:0}
.field{position:relative}
.field select,.field textarea{width:100%;min-height:2.5rem;padding:.45rem .75rem;border:1px solid var(--line);border-radius:.625rem;
background:var(--field);color:var(--text);font:.9375rem/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
.field textarea{resize:vertical}
.field input[dir=auto]{flex:none;width:100%}
.offers{position:absolute;z-index:1;inset-inline:0;top:100%;margin-block-start:.25rem;list-style:none;border:1px solid var(--line);border-radius:.625rem;
background:var(--card);box-shadow:var(--shadow);overflow:hidden}
.offers li{padding:.4rem .75rem;cursor:pointer}
.offers li[aria-selected=true]{background:var(--brand);color:var(--on-brand)}
.offers .small{display:block;opacity:1}
.values{list-style:none;max-height:22rem;overflow:auto;border-block-start:1px solid var(--line)}
.values li{display:flex;flex-wrap:wrap;align-items:center;justify-content:space-between;gap:.35rem 1rem;padding-block:.55rem;border-block-end:1px solid var(--line)}
.values li>div{flex:1 1 12rem;min-width:0}
.values .small{display:block}
h3{margin:0;font-weight:600}
.part h3,.part .why>*{margin-block-end:.5rem}
.part.old :is(.mail,pre,.made>p:first-child){border:2px dashed var(--soft)}
summary{cursor:pointer;font-weight:600}
.findings{list-style:none;display:grid;gap:.75rem}
.findings li{padding:.8rem 1rem;border:1px solid var(--line);border-inline-start-width:.3rem;border-radius:.625rem;background:var(--card)}
.findings li.error{border-inline-start-color:#c62f2f}
.findings li.warning{border-inline-start-color:#b7791f}
.findings li>*+*{margin-block-start:.4rem}
.wide>.mail{height:max(28rem,calc(100vh - 6rem));height:max(28rem,calc(100dvh - 6rem))}
@media(max-width:44rem){.bar>div{display:grid;grid-template-columns:minmax(0,1fr) auto;gap:.35rem 1rem;padding-block:.6rem}
.bar nav{grid-row:2;grid-column:1/-1;gap:.35rem .55rem;font-size:.875rem}
.bar .mark{max-width:none;margin:0}.bar .mark span:last-child{overflow:hidden;text-overflow:ellipsis;white-space:nowrap}}
@media(min-width:64rem){.bench{grid-template-columns:minmax(0,1fr) minmax(0,1fr)}}
@media(max-width:30rem){.card{padding:1.4rem 1.15rem}.mail{width:calc(100% + 2.5rem);margin-inline:-1.25rem;border-inline:0;border-radius:0}.list .to,.list time{grid-column:1/-1}}
@media(prefers-reduced-motion:reduce){*{transition:none!important}}
@media(forced-colors:active){.button,.tile{border:1px solid ButtonText}}
`;
