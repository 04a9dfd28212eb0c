/** How a custom value of a portal may be called. */
export const customValueName = /^[a-z][a-z0-9_]{0,63}$/;

/** Each is read with every page of the portal. */
export const mostCustomValues = 200;
