/**
 * Owns the German of the reasons that are facts of errors: short phrases of our own, by their English. Refuses: what the system or a server said;
 * that stays as it is.
 */

/** `{}` stands for what is filled in, which stays. A reason within another sentence: no capital, no full stop. */
const phrases: Readonly<Record<string, string>> = {
  // Updates
  'it cannot be read': 'er ist nicht zu lesen',
  'it is no ed25519 key': 'es ist kein ed25519-Schlüssel',
  'it is empty': 'er ist leer',
  'it is no YAML': 'es ist kein YAML',
  'its {} is wrong': '„{}“ darin stimmt nicht',
  'it is too large': 'zu groß',
  'it leads in a circle': 'sie führt im Kreis',
  'no answer for {} seconds': 'keine Antwort seit {} Sekunden',
  'status {}': 'Status {}',
  'it has no {}': 'sie hat kein {}',
  'it is for another system': 'sie ist für ein anderes System',
  'it is for another channel': 'sie ist für einen anderen Kanal',
  'it has changed since': 'es hat sich seitdem verändert',
  'only https is safe enough for what is installed': 'nur https ist sicher genug für das, was installiert wird',
  'it is no address': 'es ist keine Adresse',
  // Archives
  'it is one part of a split archive': 'es ist ein Teil eines geteilten Archivs',
  'its table of contents is cut off': 'das Inhaltsverzeichnis ist abgeschnitten',
  'its table of contents is damaged': 'das Inhaltsverzeichnis ist beschädigt',
  'its table of contents cannot be read': 'das Inhaltsverzeichnis ist nicht zu lesen',
  'its table of contents has more entries than it says': 'das Inhaltsverzeichnis hat mehr Einträge, als es angibt',
  'its table of contents is not where it should be': 'das Inhaltsverzeichnis ist nicht, wo es sein sollte',
  'an entry in its table of contents is damaged': 'ein Eintrag im Inhaltsverzeichnis ist beschädigt',
  'it is not where the table of contents says': 'er ist nicht, wo das Inhaltsverzeichnis es sagt',
  'its end record is damaged': 'der Abschluss des Verzeichnisses ist beschädigt',
  'its 64-bit end record is damaged': 'der 64-Bit-Abschluss des Verzeichnisses ist beschädigt',
  'its end is missing': 'das Ende fehlt',
  'its end mark is missing': 'die Endmarke fehlt',
  'its data is cut off': 'die Daten sind abgeschnitten',
  'it is cut off': 'das Ende fehlt',
  'it is damaged from there on': 'von da an beschädigt',
  'its compressed data is damaged': 'die gepackten Daten sind beschädigt',
  'its checksum does not match': 'die Prüfsumme stimmt nicht',
  'a checksum in it does not match': 'eine Prüfsumme darin stimmt nicht',
  'its authentication code does not match': 'die Echtheitsprüfung stimmt nicht',
  'its sizes contradict each other': 'die Größenangaben widersprechen sich',
  'its contents cannot be read': 'der Inhalt ist nicht zu lesen',
  'it is larger than it says': 'größer als angegeben',
  'it is larger than the archive says': 'größer, als das Archiv angibt',
  'it is smaller than the archive says': 'kleiner, als das Archiv angibt',
  'a folder with contents of its own': 'ein Ordner mit eigenem Inhalt',
  'a name in it is longer than a name can be': 'ein Name darin ist länger, als ein Name sein kann',
  'it begins as an archive and cannot be opened': 'es beginnt wie ein Archiv und lässt sich nicht öffnen',
  'control characters': 'Steuerzeichen',
  'characters that reverse the direction of text': 'Zeichen, die die Schreibrichtung umkehren',
  'no name at all': 'gar kein Name',
  'longer than {} bytes': 'länger als {} Bytes',
  'a rare method of 7z': 'ein seltenes Verfahren von 7z',
  'a sparse file': 'eine Datei mit Lücken',
  'a part of a file in several volumes': 'ein Teil einer Datei in mehreren Bänden',
  'encrypted Deflate64': 'verschlüsseltes Deflate64',
  'PKWARE strong encryption': 'starke Verschlüsselung von PKWARE',
  'Deflate64 of 4 GiB': 'Deflate64 mit 4 GiB',
  'number {}': 'Nummer {}',
  'xz with an unknown checksum': 'xz mit unbekannter Prüfsumme',
  'xz with a very large dictionary': 'xz mit sehr großem Wörterbuch',
  'xz with a filter for programs': 'xz mit einem Filter für Programme',
  '7z with a very large dictionary': '7z mit sehr großem Wörterbuch',
  'Zstandard with a dictionary of its own': 'Zstandard mit eigenem Wörterbuch',
  'Zstandard with a window of more than 128 MiB': 'Zstandard mit einem Fenster von mehr als 128 MiB',
  // Fields of files and forms
  '{}: is missing': '{}: fehlt',
  '{}: is not a text': '{}: ist kein Text',
  '{}: is not a number': '{}: ist keine Zahl',
  '{}: is not a whole number': '{}: ist keine ganze Zahl',
  '{}: is neither true nor false': '{}: ist weder true noch false',
  '{}: is not a list': '{}: ist keine Liste',
  '{}: is not an object': '{}: ist kein Objekt',
  '{}: has unknown names ({})': '{}: enthält unbekannte Namen ({})',
  '{}: is none of {}': '{}: ist keines von {}',
  '{}: is below {}, the least': '{}: unter dem Kleinsten, {}',
  '{}: is above {}, the most': '{}: über dem Größten, {}',
  '{}: is not written as it should be': '{}: nicht so geschrieben, wie es sein sollte',
  '{}: is not possible': '{}: nicht möglich',
  it: 'das Ganze',
  'not allowed': 'nicht erlaubt',
  'No folder was chosen': 'Es wurde kein Ordner gewählt.',
  '"{}" is not a date for {}; write it as 2026-01-31': '„{}“ ist kein Datum für {}; zu schreiben wie 2026-01-31.',
  '"{}" is no kind that can be left out; use {}': '„{}“ ist keine Art, die sich auslassen lässt; möglich sind {}.',
  'The word is {}': 'Das Wort ist {}.',
  'Too many calls at once': 'Zu viele Aufrufe auf einmal.',
  '"{}" is no type of document; use {}, or an extension of one':
    '„{}“ ist keine Art von Dokument; möglich sind {} oder eine Endung.',
  // Documents
  'its main part is missing': 'der Hauptteil fehlt',
  'its part {} is missing': 'der Teil {} fehlt',
  'a part of it is damaged': 'ein Teil davon ist beschädigt',
  'its header is damaged': 'der Kopf ist beschädigt',
  'its encryption is not supported': 'diese Verschlüsselung wird nicht unterstützt',
  'its encryption is damaged': 'die Verschlüsselung ist beschädigt',
  'its encryption is described wrongly': 'die Verschlüsselung ist falsch beschrieben',
  'it is protected against copying': 'gegen Kopieren geschützt',
  'a chapter is too large': 'ein Kapitel ist zu groß',
  'a chapter is no text': 'ein Kapitel ist kein Text',
  'its document type declares entities, which is not allowed':
    'der Dokumenttyp erklärt Entitäten, was nicht erlaubt ist',
  'its XML has a document type declaration, which is not allowed':
    'das XML hat eine Erklärung des Dokumenttyps, was nicht erlaubt ist',
  'its XML is broken: {}': 'das XML ist fehlerhaft: {}',
  'nests XML deeper than {} levels': 'es schachtelt XML tiefer als {} Ebenen',
  'nests groups deeper than {} levels': 'es schachtelt Gruppen tiefer als {} Ebenen',
  'has {} parts': 'es hat {} Teile',
  'holds a stream that unpacks to more than is allowed': 'ein Datenstrom darin wird entpackt größer, als erlaubt ist',
  'it is too large for a part': 'zu groß für einen Teil',
  'it is no text': 'kein Text',
  'it is no stream': 'kein Datenstrom',
  'it has no pages': 'es hat keine Seiten',
  'its pages are empty': 'die Seiten sind leer',
  'its pages are pictures': 'die Seiten sind Bilder',
  'its pages are pictures, and reading those (ocr.enabled) is turned off':
    'die Seiten sind Bilder, und das Lesen von Bildern (ocr.enabled) ist ausgeschaltet',
  'it is a picture, and reading pictures (ocr.enabled) is turned off':
    'es ist ein Bild, und das Lesen von Bildern (ocr.enabled) ist ausgeschaltet',
  'it has an old format of Office, and converting those (office.convert) is turned off':
    'es hat ein altes Format von Office, und das Umwandeln davon (office.convert) ist ausgeschaltet',
  'OCR found none on its pages': 'OCR fand auf den Seiten keinen',
  'the collection does not ask for it any more': 'die Sammlung verlangt es nicht mehr',
  'models read PNG, JPEG, WebP and GIF only': 'Modelle lesen nur PNG, JPEG, WebP und GIF',
  'the file is too large to be sent': 'die Datei ist zu groß zum Senden',
  'the file is damaged': 'die Datei ist beschädigt',
  'OCR found none in it': 'OCR fand darin keinen',
  'OCR took too long': 'OCR dauerte zu lange',
  'they could not be decoded': 'sie ließen sich nicht dekodieren',
  'they are not in the document, and nothing is fetched': 'sie sind nicht im Dokument, und geholt wird nichts',
  'they are missing in the document': 'sie fehlen im Dokument',
  'they are of an unknown kind': 'sie sind von unbekannter Art',
  'they unpack to far more than they should': 'sie werden entpackt weit größer, als sie sein dürften',
  'they have too many bytes': 'sie haben zu viele Bytes',
  'they have too many pixels': 'sie haben zu viele Bildpunkte',
  'the time for pictures was over': 'die Zeit für Bilder war um',
  'the time for pictures, ocr.timeMs, was over': 'die Zeit für Bilder, ocr.timeMs, war um',
  'it has no picture that can be found': 'darin ist kein Bild zu finden',
  'drawings ({}) are not read': 'Zeichnungen ({}) werden nicht gelesen',
  'it has no pixels': 'ohne Bildpunkte',
  tiles: 'Kacheln',
  'separate planes': 'getrennten Ebenen',
  'such samples': 'solchen Werten',
  'JPEG in strips': 'JPEG in Streifen',
  'TIFF pictures with {} are not supported': 'TIFF-Bilder mit {} werden nicht unterstützt',
  'it does not begin like a document': 'es beginnt nicht wie ein Dokument',
  'it is no OLE container': 'es ist kein OLE-Behälter',
  'its sectors have an impossible size': 'die Sektoren haben eine unmögliche Größe',
  'its table of sectors is broken': 'das Verzeichnis der Sektoren ist fehlerhaft',
  'its table of pieces is broken': 'das Verzeichnis der Stücke ist fehlerhaft',
  'its table of pieces is missing': 'das Verzeichnis der Stücke fehlt',
  'its table stream is missing': 'der Strom der Tabellen fehlt',
  'one of its tables is broken': 'eine der Tabellen ist fehlerhaft',
  'what was converted is read as a whole': 'was umgewandelt wurde, wird als Ganzes gelesen',
  'LibreOffice could not read it': 'LibreOffice konnte es nicht lesen',
  'it is the same text in another form': 'derselbe Text in anderer Form',
  'it is a digital signature': 'eine digitale Unterschrift',
  'it is a small picture of the layout': 'ein kleines Bild der Gestaltung',
  'it is a mail in too many others': 'eine Mail in zu vielen anderen',
  'it is what an old Mac keeps beside a file': 'was ein alter Mac neben einer Datei aufbewahrt',
  // What the libraries say that read PDFs and packages
  'Invalid PDF structure': 'der Aufbau ist nicht der eines PDF',
  'The PDF file is empty, i.e': 'das PDF ist leer',
  'Invalid Root reference': 'das Verzeichnis der Seiten fehlt',
  'Missing PDF': 'das PDF fehlt',
  'End of central directory record signature not found': 'der Abschluss des Verzeichnisses fehlt',
  'invalid central directory file header signature': 'das Inhaltsverzeichnis ist beschädigt',
  'invalid local file header signature': 'der Kopf eines Teils ist beschädigt',
  'unexpected EOF': 'das Ende fehlt',
  'Invalid comment length': 'die Länge des Kommentars darin stimmt nicht',
  'invalid zip64 end of central directory record signature': 'der 64-Bit-Abschluss des Verzeichnisses ist beschädigt',
  'multi-disk zip files are not supported': 'es ist ein Teil eines geteilten Archivs',
  'strong encryption is not supported': 'diese Verschlüsselung wird nicht unterstützt',
  'unsupported compression method': 'das Verfahren der Kompression wird nicht unterstützt',
  'file data overflows file bounds': 'die Daten eines Teils reichen über das Ende hinaus',
  'extra field length exceeds extra field buffer size': 'der Kopf eines Teils ist beschädigt',
  'zip64 extended information extra field does not include uncompressed size': 'der Kopf eines Teils ist beschädigt',
  'zip64 extended information extra field does not include compressed size': 'der Kopf eines Teils ist beschädigt',
  'zip64 extended information extra field does not include relative header offset':
    'der Kopf eines Teils ist beschädigt',
  'unexpected redirect': 'eine Umleitung, der nicht gefolgt wird',
  'redirect count exceeded': 'zu viele Umleitungen',
  'bad port': 'an diese Stelle eines Rechners wird aus Vorsicht nichts gesendet',
  // Files and disks
  'another program uses it': 'ein anderes Programm verwendet sie',
  'another program has locked it': 'ein anderes Programm hat sie gesperrt',
  'too many files are open': 'zu viele Dateien sind offen',
  'no permission': 'keine Berechtigung',
  'the disk reports an error': 'der Datenträger meldet einen Fehler',
  'its path is too long': 'der Pfad ist zu lang',
  'its links lead in a circle': 'die Verknüpfungen führen im Kreis',
  'a newer Sluice made it': 'ein neueres Sluice hat sie gemacht',
  'its database is missing or damaged': 'ihre Datenbank fehlt oder ist beschädigt',
  'its database has changed since it was made': 'ihre Datenbank hat sich seither verändert',
  'its disk is read-only': 'der Datenträger ist schreibgeschützt',
  'its disk is not connected': 'der Datenträger ist nicht angeschlossen',
  'it is a link to another place': 'das ist eine Verknüpfung mit einem anderen Ort',
  'it is read-only': 'schreibgeschützt',
  'its disk answers with an error, or is away': 'der Datenträger antwortet mit einem Fehler oder ist nicht da',
  'its disk gives no locks, which keep two programs from writing at once; a disk of this computer does':
    'der Datenträger gibt keine Sperren, die zwei Programme davon abhalten, zugleich zu schreiben; ein Datenträger dieses Rechners gibt sie',
  'its disk gives files no second names, which the search by meaning needs; disks with exFAT or FAT give none':
    'der Datenträger gibt Dateien keine zweiten Namen, die die Suche nach Bedeutung braucht; mit exFAT oder FAT gibt er keine',
  'its files cannot be opened or made, perhaps for lack of permission':
    'die Dateien lassen sich nicht öffnen oder anlegen, vielleicht fehlt die Berechtigung',
  'it has {} bytes': 'sie hat {} Bytes',
  'it is no file': 'es ist keine Datei',
  'it is no folder': 'es ist kein Ordner',
  'it is not there': 'nicht vorhanden',
  'too many of this name': 'zu viele dieses Namens',
  'it is no list of what to open': 'es ist keine Liste dessen, was zu öffnen ist',
  'another version': 'eine andere Version',
  'the vector index': 'der Vektorindex',
  'stored JSON cannot be read': 'gespeichertes JSON ist nicht zu lesen',
  'stored JSON has another shape': 'gespeichertes JSON hat eine andere Form',
  // Files of settings and collections
  'it is not JSON': 'es ist kein JSON',
  'it is no JSON': 'es ist kein JSON',
  'it is no JSON from character {} on': 'ab dem {}. Zeichen ist es kein JSON',
  'it is no JSON: its end is missing': 'es ist kein JSON: das Ende fehlt',
  'it holds no JSON object': 'sie enthält kein JSON-Objekt',
  'it does not say that it holds settings': 'sie sagt nicht, dass sie Einstellungen enthält',
  'it does not say that it is one': 'sie sagt nicht, dass sie eine ist',
  '"{}" is no setting of this version': '„{}“ ist keine Einstellung dieser Version',
  'and {} more': 'und {} weitere',
  // Rules that leave something out
  'the built-in rule "{}" (version control)': 'der eingebauten Regel „{}“ (Versionsverwaltung)',
  'the built-in rule "{}" (installed packages)': 'der eingebauten Regel „{}“ (installierte Pakete)',
  'the built-in rule "{}" (system files)': 'der eingebauten Regel „{}“ (Dateien des Systems)',
  'the built-in rule "{}" (lock files of office programs)':
    'der eingebauten Regel „{}“ (Sperrdateien von Büroprogrammen)',
  'the built-in rule "{}" (its contents are not on this computer)':
    'der eingebauten Regel „{}“ (der Inhalt ist nicht auf diesem Computer)',
  'the choice to leave out the kind "{}"': 'der Wahl, die Art „{}“ auszulassen',
  'the ignore pattern "{}"': 'des Ausschlussmusters „{}“',
  // Work in other processes
  'reading documents': 'das Lesen von Dokumenten',
  'reading pictures of text': 'das Lesen von Bildern mit Text',
  'computing vectors': 'das Rechnen von Vektoren',
  'computing vectors by another model': 'das Rechnen von Vektoren mit einem anderen Modell',
  'it did not answer any more': 'er antwortete nicht mehr',
  'it ended without a reason': 'er endete ohne Angabe von Gründen',
  'ended by {}': 'beendet durch {}',
  'exit code {}': 'Endewert {}',
  'not ready after {} s': 'nach {} s nicht bereit',
  'Sluice itself ended each time': 'jedes Mal endete Sluice selbst',
  'Sluice itself ended each time it was read': 'jedes Mal, wenn es gelesen wurde, endete Sluice selbst',
  // Models and providers
  unknown: 'unbekannt',
  'an empty summary': 'eine leere Zusammenfassung',
  'a window without an answer': 'ein Fenster ohne Antwort',
  'a text without an answer': 'ein Text ohne Antwort',
  'a window of no text': 'ein Fenster ohne Text',
  'a window has no vector': 'ein Fenster hat keinen Vektor',
  'an unusable query vector': 'ein unbrauchbarer Vektor der Anfrage',
  '{} dimensions instead of {}': '{} Dimensionen statt {}',
  'wrong number of values': 'falsche Zahl von Werten',
  'wrong shape': 'falsche Form',
  'not a number': 'keine Zahl',
  'values that are not numbers': 'Werte, die keine Zahlen sind',
  'a vector of zeros': 'ein Vektor aus Nullen',
  'its answer is {}, not floating point': 'die Antwort ist {}, keine Gleitkommazahl',
  'its answer is {}, not {}': 'die Antwort ist {}, nicht {}',
  'its description cannot be read': 'die Beschreibung ist nicht zu lesen',
  'vectors that cannot be told apart': 'Vektoren, die sich nicht zuordnen lassen',
  '{} vectors for {} texts': '{} Vektoren für {} Texte',
  'a vector of {} instead of {} dimensions': 'ein Vektor von {} statt {} Dimensionen',
  'a piece that is none': 'ein Stück, das keines ist',
  'the answer broke off': 'die Antwort brach ab',
  'it is no list of vectors': 'es ist keine Liste von Vektoren',
  'it holds no answer': 'es enthält keine Antwort',
  '{} is damaged': '{} ist beschädigt',
  'only the app opens it': 'nur die App öffnet ihn',
  'it has no embedding model': 'er hat kein Modell für Vektoren',
  'it has no chat model, so it cannot answer': 'er hat kein Chat-Modell, also kann er nicht antworten',
  'it has no vision model, so it reads no pictures': 'er hat kein Modell für Bilder, also liest er keine',
  'its folder is not an absolute path': 'der Pfad des Ordners ist nicht vollständig',
  'it has neither an embedding model nor a chat model nor a vision model':
    'er hat weder ein Modell für Vektoren noch ein Chat-Modell noch eines für Bilder',
  'the dimensions of its embedding model are not given': 'die Dimensionen des Modells für Vektoren fehlen',
  'Azure needs an API version': 'Azure braucht eine API-Version',
  'a budget in USD needs prices, and those of its models are not known: give them, or a budget in tokens':
    'ein Budget in USD braucht Preise, und die der Modelle sind nicht bekannt: sie angeben, oder ein Budget in Token',
  'your organization has set a budget in USD, and the prices of its models are not known: give its prices':
    'die Organisation hat ein Budget in USD gesetzt, und die Preise der Modelle sind nicht bekannt: sie angeben',
  'its address has a name or password in it; give the key by itself':
    'in der Adresse steht ein Name oder Passwort; den Schlüssel für sich angeben',
  'its address has a question mark or # in it': 'in der Adresse steht ein Fragezeichen oder #',
  'its address is not https, so whoever is on the way reads the texts and the key; allow that by name, or use https':
    'die Adresse ist nicht https, also liest jeder auf dem Weg die Texte und den Schlüssel mit; das ausdrücklich erlauben oder https verwenden',
  'it makes the vectors of the collection "{}"': 'er macht die Vektoren der Sammlung „{}“',
  'it answers questions': 'er beantwortet Fragen',
  'it reads pictures of the collection "{}"': 'er liest Bilder der Sammlung „{}“',
  '"{}" is outside of its folder': '„{}“ ist außerhalb des Ordners',
  '"{}" is a link to something outside of its folder': '„{}“ ist eine Verknüpfung nach außerhalb des Ordners',
  '"{}" is too large to be a description': '„{}“ ist zu groß für eine Beschreibung',
  '"{}" is not what it should be': '„{}“ ist nicht, wie es sein soll',
  '"{}" is not what it should be: {}': '„{}“ ist nicht, wie es sein soll: {}',
  'it joins several poolings ({})': 'es verbindet mehrere Arten, Vektoren zusammenzufassen ({})',
  'its pooling "{}" is not among mean, cls, max, lasttoken, mean_sqrt_len':
    'die Zusammenfassung „{}“ ist nicht unter mean, cls, max, lasttoken, mean_sqrt_len',
  'its pooling leaves out what is put before a text (include_prompt)':
    'die Zusammenfassung lässt aus, was vor einen Text gesetzt wird (include_prompt)',
  'it wants inputs that a text does not give: {}': 'es verlangt Eingaben, die ein Text nicht hat: {}',
  'it does not read "input_ids", but {}': 'es liest nicht „input_ids“, sondern {}',
  'it has none of the outputs sentence_embedding, token_embeddings, last_hidden_state, but {}':
    'es hat keine der Ausgaben sentence_embedding, token_embeddings, last_hidden_state, sondern {}',
  'the model is followed by {}, which its ONNX file does not hold':
    'auf das Modell folgt {}, was die ONNX-Datei nicht enthält',
  'it does not say how the vectors of tokens become one (1_Pooling/config.json). Say whether its authors use mean, cls, max, lasttoken or mean_sqrt_len (the field "pooling")':
    'es sagt nicht, wie aus den Vektoren der Token einer wird (1_Pooling/config.json). Angeben, ob die Autoren mean, cls, max, lasttoken oder mean_sqrt_len verwenden (das Feld „pooling“)',
  'its tokenizer changes a text by what it puts around it':
    'der Tokenizer verändert einen Text durch das, was er darum setzt',
  'its tokenizer does not tell one text from another': 'der Tokenizer unterscheidet Texte nicht',
  'its weights are outside of its folder ("{}")': 'die Gewichte sind außerhalb des Ordners („{}“)',
  'it reads only {} tokens of a text': 'es liest nur {} Token eines Textes',
  'tried with two short texts, it gave an unusable answer ({})':
    'mit zwei kurzen Texten probiert, gab es eine unbrauchbare Antwort ({})',
  // Installing another version
  'the disk is full': 'die Platte ist voll',
  'another program is installing something': 'ein anderes Programm installiert gerade etwas',
  'the programs that install packages are not there': 'die Programme, die Pakete installieren, fehlen',
  'it is no whole package': 'kein ganzes Paket',
  'it is no package of Sluice': 'kein Paket von Sluice',
  'the version before is still there': 'die Version davor ist noch da',
  'no AppImage runs': 'es läuft kein AppImage',
  'no reason was given': 'ohne Angabe von Gründen',
  'nothing on this system asks for the password': 'nichts auf diesem System fragt nach dem Passwort',
  'its package is not there any more': 'ihr Paket ist nicht mehr da',
  'it has changed since it was checked': 'es wurde seit der Prüfung verändert',
  'its package has changed': 'ihr Paket wurde verändert',
  'the signed description of its package is missing': 'die signierte Beschreibung ihres Pakets fehlt',
  'the signature of its package is wrong': 'die Signatur ihres Pakets stimmt nicht',
  'there is no key to check its package by': 'es gibt keinen Schlüssel, um ihr Paket zu prüfen',
  'the signed description of its package cannot be read': 'die signierte Beschreibung ihres Pakets ist nicht zu lesen',
  'the signed description of its package is for another version':
    'die signierte Beschreibung ihres Pakets gilt für eine andere Version',
  'the signed description of its package is for another system':
    'die signierte Beschreibung ihres Pakets gilt für ein anderes System',
  'the data was changed, and the backup of it is gone': 'die Daten wurden umgestellt, und ihre Sicherung ist weg',
}

const escape = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

type Pattern = readonly [english: RegExp, german: readonly string[]]

/** Those with something filled in, the most particular first. */
const patterns: readonly Pattern[] = Object.entries(phrases)
  .filter(([english]) => english.includes('{}'))
  .sort(([one], [other]) => other.length - one.length)
  .map(([english, german]) => [new RegExp(`^${english.split('{}').map(escape).join('([^]+?)')}$`), german.split('{}')])

const findWhole = (english: string): string | null =>
  Object.hasOwn(phrases, english) ? (phrases[english] ?? null) : null

/** The German of a phrase; `null` when it is none of ours. */
export const findGermanPhrase = (english: string): string | null => {
  const whole = findWhole(english)
  if (whole !== null) return whole
  for (const [pattern, [first = '', ...rest]] of patterns) {
    const filled = pattern.exec(english)?.slice(1)
    if (filled) return filled.reduce((said, value, at) => `${said}${findWhole(value) ?? value}${rest[at] ?? ''}`, first)
  }
  return null
}

/** The German of a phrase, or of several with `; ` between them; what is none of ours stays. */
export const toGermanPhrase = (english: string): string =>
  // Others end their reasons as sentences.
  findGermanPhrase(english.replace(/\.$/, '')) ??
  english
    .split('; ')
    .map((one) => findGermanPhrase(one) ?? one)
    .join('; ')
