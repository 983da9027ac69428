/**
 * Owns the schema of figures: of which collections a model of a provider reads the figures in documents that have text. Refuses: other
 * versions.
 */
export const figures: readonly string[] = [
  `ALTER TABLE collections ADD COLUMN figures TEXT NOT NULL DEFAULT 'off' CHECK (figures IN ('off', 'vision'))`,
]
