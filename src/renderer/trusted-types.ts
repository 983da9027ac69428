/**
 * Owns the one Trusted Types policy of the page: strings reach HTML sinks only when they cannot contain an element, and of all addresses
 * only that of the worker that draws PDFs is one of a script.
 * Refuses: markup, script and other script addresses, whoever asks.
 * Must be the first import of the page. See docs/decisions/trusted-types.md.
 */
import pdfWorkerUrl from 'pdfjs-dist/legacy/build/pdf.worker.min.mjs?url'

type PolicyFactory = {
  createPolicy: (name: string, rules: Record<'createHTML' | 'createScriptURL', (value: string) => string>) => unknown
}

const findFactory = (): PolicyFactory | undefined =>
  'trustedTypes' in window ? (window.trustedTypes as PolicyFactory) : undefined

/** Text without `<` is only ever text, also when it is parsed as HTML. The style sheets of the component library are such text. */
const admitText = (value: string): string => {
  if (value.includes('<')) throw new TypeError('markup is never injected into this page')
  return value
}

const admitWorker = (value: string): string => {
  if (value !== pdfWorkerUrl) throw new TypeError('scripts of this page come from its own files')
  return value
}

findFactory()?.createPolicy('default', { createHTML: admitText, createScriptURL: admitWorker })
