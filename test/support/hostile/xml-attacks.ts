// Owns the document type declarations that XML is attacked with. Each declares the entity `e`; refuses to be used in earnest.

/** A billion laughs: ten levels of ten. */
export const billionLaughs = (rootName: string): string => {
  const levels = Array.from({ length: 9 }, (_, n) => `<!ENTITY l${n + 1} "${`&l${n};`.repeat(10)}">`).join('')
  return `<?xml version="1.0"?><!DOCTYPE ${rootName} [<!ENTITY l0 "laughlaugh">${levels}<!ENTITY e "&l9;">]>`
}

/** One long entity, used very often by the document. */
export const quadraticBlowup = (rootName: string): string =>
  `<?xml version="1.0"?><!DOCTYPE ${rootName} [<!ENTITY e "${'blowup '.repeat(10_000)}">]>`

/** The content of a file or an address. */
export const externalEntity = (rootName: string, uri: string): string =>
  `<?xml version="1.0"?><!DOCTYPE ${rootName} [<!ENTITY e SYSTEM "${uri}">]>`

/** A declaration that lies elsewhere, and a parameter entity. */
export const externalSubset = (rootName: string, uri: string): string =>
  `<?xml version="1.0"?><!DOCTYPE ${rootName} SYSTEM "${uri}" [<!ENTITY % p SYSTEM "${uri}"> %p; <!ENTITY e "local">]>`

export const nestElements = (depth: number, inner: string, name = 'g'): string =>
  `<${name}>`.repeat(depth) + inner + `</${name}>`.repeat(depth)
