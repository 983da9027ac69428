/** Owns the German of the page that asks about a new version that does not start. */
import type { goingBack as english } from '../en/going-back'
import type { TextsLike } from '../shape'

export const goingBack: TextsLike<typeof english> = {
  title: 'Sluice: die neue Version startet nicht',
  head: 'Version {{version}} startet nicht',
  failed_one: 'Sie wurde vor kurzem installiert und ist seitdem {{count, number}} Mal nicht gestartet.',
  failed_other: 'Sie wurde vor kurzem installiert und ist seitdem {{count, number}} Mal nicht gestartet.',
  byItself:
    'Sluice kann Version {{version}} zurückholen. Das System fragt vielleicht nach einem Passwort. Die Version, die nicht startet, wird nicht wieder angeboten.',
  byInstaller:
    'Sluice kann Version {{version}} zurückholen: es schließt sich, und das Installationsprogramm jener Version macht weiter. Das System fragt vielleicht, ob es das darf. Die Version, die nicht startet, wird nicht wieder angeboten.',
  checking: 'Das Paket von Version {{version}} wird geprüft …',
  byHand:
    'Version {{version}} lässt sich nur von Hand zurückholen. Ihr Paket wurde geprüft: es ist, was signiert wurde. Es liegt hier: {{file}}',
  changed: 'Die Datei {{file}} ist nicht, was für Version {{version}} signiert wurde. Diese Datei nicht installieren.',
  unproven:
    'Nichts zeigt, dass {{file}} ist, was für Version {{version}} signiert wurde ({{reason}}). Diese Datei nicht installieren.',
  elsewhere: 'Version {{version}} von dort holen, woher Sluice kam, und über diese Version installieren.',
  fetch:
    'Das Paket von Version {{version}} ist nicht auf diesem Rechner. Es von dort holen, woher Sluice kam, und über diese Version installieren.',
  dataSame: 'Die Daten bleiben, wie sie sind: beide Versionen lesen sie.',
  dataRestored:
    'Die neue Version hat die Daten umgestellt. Wer zurückgeht, bekommt die Sicherung von davor: was seitdem dazukam, wird dann nicht gefunden. Es bleibt als Sicherung aufgehoben, und die Dokumente bleiben, wo sie sind.',
  dataOffered:
    'Die neue Version hat die Daten umgestellt. Ist Version {{version}} wieder da, bietet sie die Sicherung von davor an: was seitdem dazukam, wird dann nicht gefunden. Es bleibt als Sicherung aufgehoben, und die Dokumente bleiben, wo sie sind.',
  dataStuck:
    'Die neue Version hat die Daten umgestellt, und die Sicherung von davor ist weg: die Version davor könnte sie nicht lesen.',
  back: 'Zurück zu Version {{version}}',
  again: 'Noch einmal versuchen',
  working: 'Zurück zu Version {{version}} … Das System fragt vielleicht nach einem Passwort.',
  untouched: 'Die Dokumente selbst berührt nichts davon.',
}
