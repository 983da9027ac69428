/**
 * Owns the shape of the facts of an error where they cross a border, for who says its sentence otherwise. Refuses: what they mean.
 */
import { z } from 'zod'

export const errorDetails = z.record(
  z.string(),
  z.union([z.string(), z.number(), z.boolean(), z.null(), z.undefined()]),
)
