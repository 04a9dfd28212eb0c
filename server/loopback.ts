/** Whether a URL's host is this machine; `hostname` as URL gives it. */
export function isLoopback({ hostname }: URL): boolean {
	return /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/i.test(hostname);
}
