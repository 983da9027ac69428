/**
 * Owns what becomes of each part of a mail: text to read, an item to hand on, or nothing to find. In the order of the mail.
 * Refuses: reading bodies. Which of several forms of a text is read is known only when they are looked at (eml-format).
 */
import type { MailPart, MailStructure } from './mail-structure'

export type MailStep =
  /** The headers of the mail, or of a mail in it. `level` counts mails around it, from 0. */
  | { readonly what: 'headers'; readonly part: MailPart; readonly level: number }
  /** `part` is read, or `html`, the same in another form, where it says more. */
  | { readonly what: 'text'; readonly part: MailPart; readonly html: MailPart | null }
  | { readonly what: 'attachment'; readonly part: MailPart }
  | { readonly what: 'skipped'; readonly part: MailPart; readonly reason: string }
  | { readonly what: 'encrypted'; readonly part: MailPart }

export const OTHER_FORM = 'it is the same text in another form'
const SIGNATURE = 'it is a digital signature'
const SMALL_IMAGE = 'it is a small picture of the layout'
const BURIED = 'it is a mail in too many others'
const RESOURCE_FORK = 'it is what an old Mac keeps beside a file'

/** Pictures in the text of a mail below this size are logos and lines. Encoded size, as base64 makes 4 of 3. */
const SMALL_IMAGE_BYTES = Math.ceil((10 * 1024 * 4) / 3)

/** Types that mail programs show as text. */
const textTypes: readonly string[] = [
  'text/plain',
  'text/html',
  'text/enriched',
  'text/rfc822-headers',
  'message/delivery-status',
  'message/feedback-report',
  'message/disposition-notification',
]
const signatureTypes: readonly string[] = [
  'application/pgp-signature',
  'application/pkcs7-signature',
  'application/x-pkcs7-signature',
]
const encryptedTypes: readonly string[] = ['application/pkcs7-mime', 'application/x-pkcs7-mime']

const isBare = ({ disposition, fileName }: MailPart): boolean => disposition !== 'attachment' && fileName === null
const isBody = (part: MailPart): boolean => part.shape === 'leaf' && textTypes.includes(part.type) && isBare(part)

const isSmallImage = ({ type, disposition, contentId, start, end }: MailPart): boolean =>
  type.startsWith('image/') &&
  disposition !== 'attachment' &&
  (contentId !== null || disposition === 'inline') &&
  end - start < SMALL_IMAGE_BYTES

/** Plans a mail. */
export const planMail = ({ parts, before, after }: MailStructure): MailStep[] => {
  const steps: MailStep[] = []
  const children = new Map<number | null, MailPart[]>()
  for (const part of parts) {
    const siblings = children.get(part.parent)
    if (siblings) siblings.push(part)
    else children.set(part.parent, [part])
  }
  const childrenOf = ({ id }: MailPart): readonly MailPart[] => children.get(id) ?? []

  const findText = (part: MailPart, type: string): MailPart | null => {
    if (part.shape === 'leaf') return part.type === type && isBody(part) && part.end > part.start ? part : null
    if (part.shape === 'message') return null
    for (const child of childrenOf(part)) {
      const found = findText(child, type)
      if (found) return found
    }
    return null
  }

  /** `told`: the text of this part has been given in another form. */
  const planLeaf = (part: MailPart, told: boolean, first: boolean): void => {
    const named =
      first && (part.type === 'text/plain' || part.type === 'text/html') && part.disposition !== 'attachment'
    if (isBody(part) || named) {
      steps.push(told ? { what: 'skipped', part, reason: OTHER_FORM } : { what: 'text', part, html: null })
    } else if (signatureTypes.includes(part.type)) steps.push({ what: 'skipped', part, reason: SIGNATURE })
    else if (part.type === 'application/applefile') steps.push({ what: 'skipped', part, reason: RESOURCE_FORK })
    else if (encryptedTypes.includes(part.type)) steps.push({ what: 'encrypted', part })
    else if (told && part.type === 'text/x-amp-html') steps.push({ what: 'skipped', part, reason: OTHER_FORM })
    else if (isSmallImage(part)) steps.push({ what: 'skipped', part, reason: SMALL_IMAGE })
    else steps.push({ what: 'attachment', part })
  }

  const planAlternatives = (part: MailPart, told: boolean, level: number): void => {
    const forms = childrenOf(part)
    const plain = told ? null : (forms.find((form) => findText(form, 'text/plain') === form) ?? null)
    if (plain === null) {
      const best = forms.find((form) => findText(form, 'text/html') !== null) ?? forms[0]
      // Those beside the best are planned in their place: what they hold is handed on.
      for (const form of forms) plan(form, told || form !== best, level)
      return
    }
    const html = forms.map((form) => findText(form, 'text/html')).find((found) => found !== null) ?? null
    for (const form of forms) {
      if (form === plain) steps.push({ what: 'text', part: plain, html })
      else plan(form, true, level)
    }
  }

  const plan = (part: MailPart, told: boolean, level: number): void => {
    if (part.shape === 'leaf') return planLeaf(part, told, !steps.some(({ what }) => what === 'text'))
    if (part.shape === 'buried') steps.push({ what: 'skipped', part, reason: BURIED })
    else if (part.shape === 'message') {
      for (const child of childrenOf(part)) planRoot(child, level + 1)
    } else if (part.type === 'multipart/alternative') planAlternatives(part, told, level)
    else if (part.type === 'multipart/encrypted') steps.push({ what: 'encrypted', part })
    else for (const child of childrenOf(part)) plan(child, told, level)
  }
  const planRoot = (root: MailPart, level: number): void => {
    steps.push({ what: 'headers', part: root, level })
    plan(root, false, level)
  }

  const [root] = parts
  if (root === undefined) return steps
  steps.push({ what: 'headers', part: root, level: 0 })
  if (before) steps.push({ what: 'text', part: before, html: null })
  plan(root, false, 0)
  if (after) steps.push({ what: 'text', part: after, html: null })
  return steps
}
