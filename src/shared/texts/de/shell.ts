/** Owns the German of what stands around the views: the side, the choice of the looks and of the language, the sheet of shortcuts. */
import type { shell as english } from '../en/shell'
import type { TextsLike } from '../shape'

export const shell: TextsLike<typeof english> = {
  appearance: 'Aussehen und Sprache',
  likeSystem: 'Wie das System',
  light: 'Hell',
  dark: 'Dunkel',
  chosen: 'gewählt',
  language: 'Sprache',
  languageOfSystem: 'Sprache des Systems',
  shortcutsTitle: 'Tastenkürzel',
  shortcutShows: 'Zeigt die Suche aus jedem Programm heraus.',
  shortcutNotRegistered: 'Beim System nicht angemeldet.',
  shortcutNone: 'Kein Tastenkürzel gewählt.',
  shortcutAnother: 'Ein anderes',
  shortcutPress: 'Hier die Tasten drücken',
  shortcutRemove: 'Kein Tastenkürzel',
  shortcutUsual: 'Das übliche',
  everywhere: 'Überall',
  fromAnyProgram: 'Aus jedem Programm',
  keysArrowDown: 'Vom Suchfeld zu den Ergebnissen, dann durch sie hindurch',
  keysEnter: 'Das gewählte Ergebnis lesen',
  keysF3: 'Nächste Fundstelle im gelesenen Text',
  keysEscape: 'Offenes schließen; das Suchfeld leeren',
}
