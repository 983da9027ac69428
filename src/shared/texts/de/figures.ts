/** Owns the German of durations, rates and what to do about an error. */
import type { figures as english } from '../en/figures'
import type { TextsLike } from '../shape'

export const figures: TextsLike<typeof english> = {
  ms: '{{value}} ms',
  seconds: '{{value}} s',
  minutes: '{{minutes}} min',
  minutesSeconds: '{{minutes}} min {{seconds}} s',
  hoursMinutes: '{{hours}} h {{minutes}} min',
  now: 'jetzt',
  leftSoon: 'noch ein paar Sekunden',
  leftSeconds: 'noch etwa {{value}} s',
  leftMinutes: 'noch etwa {{value}} min',
  leftHours: 'noch etwa {{value}} h',
  perSecond: '{{value}}/s',
  ordinal_ordinal_one: '{{count, number}}.',
  ordinal_ordinal_two: '{{count, number}}.',
  ordinal_ordinal_few: '{{count, number}}.',
  ordinal_ordinal_other: '{{count, number}}.',
  adviceRetry: 'Vielleicht vergeht es von selbst: gleich noch einmal versuchen.',
  adviceDeadLetter: 'Beheben, was der Satz nennt, dann noch einmal versuchen.',
  adviceReject: 'Eine Grenze ließ es nicht zu. Jede Grenze lässt sich unter Einstellungen ändern.',
  adviceWait: 'Es wartet auf eine Entscheidung: in die Warteschlange sehen.',
  adviceInterrupted: 'Es wird von selbst wiederholt. Nichts geht verloren.',
  advicePause: 'Was es braucht, wartet und geht von selbst weiter, sobald die Ursache behoben ist.',
  adviceBug:
    'Es war kein Bedienfehler, und nichts ist verloren. Noch einmal versuchen; wenn es wiederkommt, einen Bericht speichern und ihn beim Melden mitschicken.',
  bytes: '{{value}} Bytes',
  code: 'Code: {{code}}',
}
