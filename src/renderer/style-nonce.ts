/**
 * Owns the nonce of this load of the page, for what makes style elements while the page runs.
 * Must be imported before the component library.
 */

/** The nonce that the policy of this load allows. */
export const styleNonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? ''

// The scroll lock of dialogs (react-style-singleton, by get-nonce) looks for its nonce under this name and takes no other.
Object.assign(globalThis, { __webpack_nonce__: styleNonce })
