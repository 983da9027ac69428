/**
 * Owns what a catalogue has to look like in another language than English: the same keys, all of them.
 * Refuses: texts.
 */

/** A text for each key of the English catalogue. */
export type TextsLike<English extends Readonly<Record<string, string>>> = { readonly [Key in keyof English]: string }

/** Ends of keys by which a number chooses the form of the sentence. */
type PluralEnd = '_zero' | '_one' | '_two' | '_few' | '_many' | '_other'

/** `jobs_one` and `jobs_other` are asked for as `jobs`, `place_ordinal_one` as `place` with `ordinal`. */
export type KeyOf<Key extends string> = Key extends `${infer Base}_ordinal${PluralEnd}`
  ? Base
  : Key extends `${infer Base}${PluralEnd}`
    ? Base
    : Key
