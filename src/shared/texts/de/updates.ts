/** Owns the German of updates. */
import type { updates as english } from '../en/updates'
import type { TextsLike } from '../shape'

export const updates: TextsLike<typeof english> = {
  title: 'Aktualisierungen',
  version: 'Das ist Version {{version}}.',
  feed: 'Quelle',
  feedHint: 'https://updates.example.org/',
  feedMore:
    'Wo nach neueren Versionen gefragt wird. Leer: nirgends. Gesendet werden nur Anfragen nach den Dateien dort: nichts über Sie, diesen Computer oder Ihre Dokumente.',
  saveFeed: 'Behalten',
  feedSaved: 'Die Quelle für Aktualisierungen ist behalten',
  check: 'Nach Aktualisierungen sehen',
  checking: 'Die Quelle wird gefragt …',
  never: 'Die Quelle wurde noch nicht gefragt.',
  current: 'Es gab keine neuere Version als diese ({{at}}).',
  offered: 'Zuletzt bot die Quelle Version {{version}} an ({{at}}). Sehen Sie noch einmal nach, um sie zu holen.',
  failed: 'Zuletzt misslang es ({{at}}): {{message}}',
  channelStable: 'Angeboten werden fertige Versionen.',
  channelBeta: 'Angeboten werden auch Versionen zum Erproben.',
  byItself: 'Die Quelle wird beim Start und einmal am Tag gefragt.',
  onlyAsked: 'Die Quelle wird nur auf Knopfdruck gefragt.',
  found: 'Version {{version}} ist da ({{size}})',
  foundDated: 'Version {{version}} vom {{date}} ist da ({{size}})',
  notes: 'Was in Version {{version}} neu ist',
  notesMore: 'Alles',
  metered: 'Dieses Netz kostet womöglich nach dem, was hindurchgeht.',
  download: 'Version {{version}} herunterladen',
  downloading: 'Version {{version}} wird heruntergeladen',
  downloaded: '{{done}} von {{total}}',
  stop: 'Anhalten',
  ready: 'Version {{version}} ist heruntergeladen und geprüft. Installiert wird sie erst, wenn Sie es sagen.',
  goBack: 'Startet sie zweimal nicht, bietet Sluice an, zu Version {{version}} zurückzugehen.',
  goBackByHand: 'Zurück zu dieser Version ginge es nur von Hand: ihr Paket war nicht zu bekommen.',
  byHand:
    'Version {{version}} ist heruntergeladen und geprüft. Diese Kopie ist von einer Art, die sich nicht selbst ersetzt. Sluice schließen und jene Version so installieren, wie diese installiert wurde. Ihr Paket liegt hier: {{file}}',
  backByHand:
    'Auch zurück zu Version {{version}} geht es von Hand: Sluice achtet hier nicht darauf, ob die neue startet. Ihr Paket liegt hier: {{file}}',
  backByHandFetch:
    'Auch zurück zu Version {{version}} geht es von Hand: Sluice achtet hier nicht darauf, ob die neue startet. Ihr Paket war nicht zu bekommen: aufheben, was von ihr da ist.',
  install: 'Installieren und neu starten …',
  installTitle: 'Version {{version}} installieren?',
  installMeans:
    'Sluice bringt zu Ende, was sich zu Ende bringen lässt, schließt und startet als Version {{version}} neu. Das System fragt womöglich nach dem Passwort. Was an Arbeit bleibt, geht danach weiter.',
  installOpens:
    'Sluice bringt zu Ende, was sich zu Ende bringen lässt, und schließt. Dann öffnet sich das Installationsprogramm von Version {{version}}, das sie am Ende startet. Das System fragt womöglich, ob es das darf. Was an Arbeit bleibt, geht danach weiter.',
  installAgree: 'Installieren und neu starten',
  installKeep: 'Jetzt nicht',
  installing: 'Version {{version}} wird installiert …',
  foundTitle: 'Sluice {{version}} ist da',
  foundBody: 'Heruntergeladen wurde nichts. Es wartet in den Einstellungen, unter Aktualisierungen.',
}
