/** Owns the German of the tray, of notifications and of the page after a crash. */
import type { desktop as english } from '../en/desktop'
import type { TextsLike } from '../shape'

export const desktop: TextsLike<typeof english> = {
  jobs_one: '{{count, number}} Auftrag',
  jobs_other: '{{count, number}} Aufträge',
  waiting: 'Wartet: {{reason}}',
  sharing: '{{said}} · der Computer wird geteilt',
  paused: 'Angehalten',
  nothing: 'Nichts zu tun',
  failedBadge_one: '{{count, number}} Dokument fehlgeschlagen',
  failedBadge_other: '{{count, number}} Dokumente fehlgeschlagen',
  withFailed: '{{said}} · {{count, number}} fehlgeschlagen',
  open: 'Sluice öffnen',
  pauseAll: 'Alle Aufträge anhalten',
  resumeAll: 'Alle Aufträge fortsetzen',
  quit: 'Beenden',
  endedCompleted: '{{job}}: fertig',
  endedWithProblems: '{{job}}: fertig, mit Problemen',
  endedFailed: '{{job}}: fehlgeschlagen',
  found_one: '{{found, number}} von {{count, number}} Dokument ist zu finden',
  found_other: '{{found, number}} von {{count, number}} Dokumenten sind zu finden',
  foundFailed_one: '{{found, number}} von {{count, number}} Dokument ist zu finden, {{failed, number}} fehlgeschlagen',
  foundFailed_other:
    '{{found, number}} von {{count, number}} Dokumenten sind zu finden, {{failed, number}} fehlgeschlagen',
  inTray: 'Sluice arbeitet in der Leiste weiter',
  inTrayMore: 'Was hinzugefügt wurde, wird noch gelesen. Beenden geht dort oder über das Menü.',
  crashTitle: 'Sluice: das Fenster ist stehen geblieben',
  crashHead: 'Das Fenster ist stehen geblieben',
  crashSeveral: 'Was Sluice anzeigt, ist mehrmals nacheinander abgestürzt.',
  crashMemory: 'Der Speicher ging aus.',
  crashKilled: 'Ein anderes Programm oder das System hat es beendet.',
  crashStart: 'Es ließ sich nicht starten.',
  crashDamaged: 'Eine Datei des Programms ist beschädigt: Sluice neu zu installieren behebt das.',
  crashSilent: 'Es hat nicht mehr geantwortet.',
  crashUnknown: 'Es endete, ohne einen Grund zu nennen.',
  crashSafe: 'Nichts ist verloren: die Dokumente werden anderswo gelesen und aufgenommen, und das geht weiter.',
  crashChoices: 'Was zu tun ist',
  crashOpen: 'Wieder öffnen',
  crashReport: 'Bericht speichern …',
  crashFacts:
    'Grund: {{reason}} · Code {{code}}. Der Bericht enthält die Versionen und das Ende des Protokolls, ohne Dokumente, ihre Namen und die Suchen. Er wird nur gespeichert, nie gesendet.',
  copyOpened:
    'Das Dokument liegt in {{name}}: geöffnet wurde eine Kopie, die sich nicht ändern lässt und mit Sluice verschwindet.',
  archiveShown:
    'Das Dokument liegt in {{name}}; das Archiv wird in seinem Ordner gezeigt: von dort geöffnet könnte es als Programm laufen oder zeigen, was anderswo ist. „Lesen“ zeigt den Text.',
  folderShown: '{{name}} könnte beim Öffnen als Programm laufen und wird darum nur in seinem Ordner gezeigt.',
}
