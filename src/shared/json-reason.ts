/** Owns what is said of a text that is no JSON: the engines' own words for it differ and are in English only. Refuses: what is wrong with its contents. */

/** Why a text could not be read: from which character on it is no JSON, where that is known; of what is no `SyntaxError`, its own words. */
export const jsonReasonOf = (thrown: unknown): string => {
  if (!(thrown instanceof SyntaxError)) return thrown instanceof Error ? thrown.message : String(thrown)
  if (thrown.message.includes('end of JSON')) return 'it is no JSON: its end is missing'
  const position = /at position (\d+)/.exec(thrown.message)?.[1]
  return position === undefined ? 'it is no JSON' : `it is no JSON from character ${Number(position) + 1} on`
}
