/**
 * Owns the text that lies on a PDF page beside its content: what was typed into form fields, and people's notes. Refuses: links, buttons, scripts.
 */
import { collapseSpace } from '../text/clean'

/** The parts of a pdf.js annotation that are used; everything in it comes from the document. */
type Annotation = Readonly<Record<string, unknown>>

const string = (value: unknown): string => (typeof value === 'string' ? value : '')

const contentsOf = (annotation: Annotation): string => {
  const contents = annotation['contentsObj']
  return typeof contents === 'object' && contents !== null && 'str' in contents
    ? string(contents.str)
    : string(annotation['contents'])
}

const fieldText = (annotation: Annotation): string => {
  const type = annotation['fieldType']
  if (type !== 'Tx' && type !== 'Ch') return ''
  // A password field is nobody's to read.
  if (annotation['password'] === true) return ''
  const value = annotation['fieldValue']
  const text = Array.isArray(value) ? value.map(string).filter(Boolean).join(', ') : string(value)
  const label = collapseSpace(string(annotation['alternativeText']))
  return text.trim() === '' || label === '' ? text : `${label}: ${text}`
}

/** The texts of a page's annotations, each once, in their order. */
export const annotationTexts = (annotations: readonly unknown[]): string[] => {
  const texts = annotations.map((each) => {
    if (typeof each !== 'object' || each === null) return ''
    const annotation = each as Annotation
    if (annotation['subtype'] === 'Widget') return fieldText(annotation)
    return annotation['subtype'] === 'Link' || annotation['subtype'] === 'Popup' ? '' : contentsOf(annotation)
  })
  return [...new Set(texts.map((text) => text.trim()).filter((text) => text !== ''))]
}
