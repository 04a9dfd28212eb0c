# The server alone. Node is in the image, so the one that `npm ci` would bring for older machines is left out.
FROM node:24-bookworm-slim

ENV NODE_ENV=production
WORKDIR /app

COPY package.json package-lock.json .npmrc ./
COPY engine/package.json engine/
COPY server/package.json server/
COPY test/package.json test/
RUN npm ci --omit=dev --omit=optional && npm cache clean --force

COPY engine engine
COPY server server
RUN mkdir -p data node_modules/.cache && chown node:node data node_modules/.cache
USER node

# Beyond this machine the server needs its real address: set PUBLIC_URL, MAIL_TRANSPORT and what they ask for.
ENV HOST=0.0.0.0
VOLUME /app/data
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=3s --start-period=5s \
	CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.PORT || 3000) + '/readyz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]

CMD ["node", "--disallow-code-generation-from-strings", "--max-semi-space-size=4", "--heap-growing-percent=10", "server/main.ts", "serve"]
