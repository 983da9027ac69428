/**
 * Owns which advice of an error's sentence is left out where something beside it says it better. Refuses: other words; the sentences are
 * those of the table of errors, which name no command.
 */

const RAISE = / (?:To allow it, raise the setting \S+|Um das zu erlauben, die Einstellung \S+ erhöhen)\.$/

/** Said better by the time that stands beside it. */
const AGAIN = / (?:It is tried again[^.]*|Es wird (?:von selbst )?noch einmal versucht[^.]*)\.$/

/** Where a button does it. */
const FORCE = /, (?:or remove it all the same|oder ihn trotzdem entfernen)\.$/

/** The sentence without the choice that a button beside it stands for. */
export const withoutForce = (sentence: string): string => sentence.replace(FORCE, '.')

/** The sentence, where the setting can be raised beside it. */
export const withoutAdvice = (sentence: string): string => sentence.replace(RAISE, '')

/** The sentence, where it is shown when it is tried again. */
export const withoutAgain = (sentence: string): string => sentence.replace(AGAIN, '')
