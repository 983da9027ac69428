/**
 * Owns which part of an Office package a drawing shows. Refuses: following links to the outside, and reading the picture.
 */
import type { Block } from '../../shared/work'
import type { DrawnPicture } from './docx-blocks'
import { markPicture } from './embedded-pictures'
import { optional, readRelationships, type Reading } from './ooxml-package'
import { NOT_INSIDE, partSource } from './picture-source'
import type { ZipPackage } from './zip-package'

/** Marks the pictures in a part by its relationships; on this page. A damaged list of relationships costs the pictures, not the text. */
export const drawingMarker = async (
  source: ZipPackage,
  part: string,
  page: number | null,
  context: Reading,
): Promise<(picture: DrawnPicture) => Block | null> => {
  const relationships = await optional(readRelationships(source, part, context), [])
  const targets = new Map(relationships.map(({ id, target }) => [id, target]))
  return ({ id, alt }) => {
    const target = targets.get(id ?? '')
    return markPicture({ source: target === undefined ? NOT_INSIDE : partSource(source, target), alt }, [], page)
  }
}
