declare module 'mjml' {
	export interface MjmlOptions {
		filePath: string;
		ignoreIncludes: boolean;
		includePath: string;
		validationLevel: 'strict' | 'soft' | 'skip';
		fonts: Record<string, string>;
		beautify: boolean;
		minify: boolean;
	}
	/** With `strict`, rejects when the source has errors. */
	export default function mjml2html(
		source: string,
		options: MjmlOptions,
	): Promise<{ html: string }>;
}
