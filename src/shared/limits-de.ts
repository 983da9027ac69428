/**
 * Owns what each setting is called in German, and why its default is what it is. A setting without a row is a type error.
 * Refuses: values and bounds; they are in the table of limits. Over 100 rows: one for each setting.
 */
import type { LimitName } from './limits'

type Row = readonly [label: string, reason: string]

export const germanLimits: Readonly<Record<LimitName, Row>> = {
  'archive.entries': ['Einträge', 'Wie ClamAV: ein redliches Archiv mit Dokumenten hat selten mehr.'],
  'archive.totalBytes': ['Entpackt insgesamt', 'Entpackte Bytes eines Archivs über alle verschachtelten Ebenen.'],
  'archive.entryBytes': ['Entpackter Eintrag', 'Entpackte Bytes eines Eintrags.'],
  'archive.entryRatio': [
    'Verhältnis eines Eintrags',
    'Wie Tika und POI: 100:1, gezählt, sobald ein Eintrag 1 MiB übersteigt.',
  ],
  'archive.entryRatioFromBytes': ['Verhältnis eines Eintrags ab', 'Kleine, sehr dichte Einträge sind harmlos.'],
  'archive.totalRatio': [
    'Verhältnis insgesamt',
    'Entpackte Bytes aller Ebenen zur Größe der angebotenen Datei, ab 10 MiB gezählt.',
  ],
  'archive.totalRatioFromBytes': ['Verhältnis insgesamt ab', 'Kleine, sehr dichte Archive sind harmlos.'],
  'archive.depth': [
    'Tiefe',
    'Archive in Archiven; mit Absicht verschachtelt niemand tiefer. 0 entpackt keines, und keine Anhänge von Mails.',
  ],
  'archive.salvage': [
    'Retten',
    'An: von einem Zip oder einer gepackten Datei, die abgeschnitten ist, wird gelesen, was heil ist, und der Rest genannt. Aus: eine solche Datei wird ganz abgelehnt.',
  ],
  'archive.similarNames': [
    'Ähnliche Namen',
    'Einträge, deren Namen sich nur in der Großschreibung unterscheiden: auf den meisten Systemen ersetzte einer ungesehen den anderen.',
  ],
  'archive.confirmBytes': [
    'Nachfrage ab',
    'Was zu mehr entpackt wird, kann Minuten und Gigabytes brauchen: das entscheidet ein Mensch.',
  ],
  'archive.nameBytes': ['Länge eines Namens', 'Der längste Pfad, den Linux nimmt.'],
  'document.bytes': ['Größe', 'Größere Dateien sind Daten, keine Dokumente.'],
  'document.chars': ['Zeichen', 'Etwa 4.000 Seiten; mit mehr verdrängt ein Dokument die anderen.'],
  'document.chunks': ['Abschnitte', 'Die Abschnitte von etwa 10 Millionen Zeichen.'],
  'document.xmlDepth': ['Tiefe von XML', 'Wie Tika: tieferes XML ist ein Angriff.'],
  'pdf.bytes': ['Größe', 'Ein PDF wird als Ganzes gelesen und steht bis zu dreimal im Speicher.'],
  'pdf.pages': ['Seiten', 'Bücher haben weniger.'],
  'pdf.streamBytes': [
    'Entpackter Datenstrom',
    'Wie pypdf: entpackte Bytes eines Datenstroms; redliche Seiten und Schriften bleiben weit darunter.',
  ],
  'pdf.pageMs': [
    'Zeit für eine Seite',
    'Das Fünfhundertfache dessen, was eine Seite gewöhnlich braucht; auch die anderen Seiten sollen gelesen werden.',
  ],
  'image.pixels': ['Bildpunkte', 'Eine Seite mit 600 dpi hat 35 Millionen; jeder nimmt beim Lesen bis zu sechs Bytes.'],
  'image.frames': ['Bilder einer Datei', 'Seiten eines gescannten oder gefaxten TIFF.'],
  'ocr.enabled': [
    'Bilder lesen',
    'Bilder mit Text zu lesen dauert Sekunden je Seite; ausgeschaltet bleiben sie weg, und das wird gesagt.',
  ],
  'ocr.pageMs': [
    'Zeit für eine Seite',
    'Eine dichte Seite braucht zehn Sekunden eines Prozessors; ein Foto ohne Text kann sehr lange brauchen und gibt nichts.',
  ],
  'ocr.timeMs': [
    'Zeit für ein Dokument',
    'Ein gescanntes Buch von einigen hundert Seiten. Was bis dahin gelesen war, bleibt.',
  ],
  'ocr.memoryBytes': [
    'Speicher',
    'Speicher des Prozesses, der Bilder liest; das größte Bild nimmt etwa ein Drittel davon.',
  ],
  'vision.pixels': [
    'Bildpunkte',
    'Größer werden Seiten für ein Modell nicht gemacht: eine A4-Seite mit 200 dpi; Modelle sehen weniger an.',
  ],
  'vision.figures': [
    'Abbildungen',
    'Abbildungen eines Dokuments, die ein Modell liest, wo eine Sammlung das will: jede kostet.',
  ],
  'vision.figurePixels': [
    'Bildpunkte einer Abbildung',
    'Ein Bild im Text mit weniger Bildpunkten ist keine Abbildung: ein Logo, ein Symbol, eine Linie. 200 mal 200.',
  ],
  'vision.figureBytes': [
    'Größe einer Abbildung',
    'Ein Bild in einem Dokument steht im Speicher, während es angesehen wird; ein Foto hat ein Zehntel davon.',
  ],
  'office.convert': [
    'Alte Office-Dateien umwandeln',
    'An: alte Tabellen und Präsentationen (XLS, XLSB, PPT) werden mit dem LibreOffice dieses Rechners gelesen, ohne Netz und Makros. Aus: sie bleiben weg, und das wird gesagt.',
  ],
  'mail.parts': ['Teile', 'Texte, Anhänge und Gruppen einer Mail; Rundbriefe haben ein paar Dutzend.'],
  'mail.headerBytes': ['Kopf', 'Zehntausend Empfänger; Mailserver nehmen weniger an.'],
  'mail.outlookBytes': [
    'Outlook-Datei',
    'Eine Outlook-Datei wird als Ganzes gelesen; Mailserver nehmen weniger als ein Fünftel davon an.',
  ],
  'mail.messages': ['Nachrichten', 'Mails in einem Postfach: man sammelt Jahrzehnte in einer Datei.'],
  'job.documents': ['Dokumente', 'Eine ganze Platte auf einmal ist ein Versehen.'],
  'documents.goneDays': [
    'Behalten',
    'Was seine Quelle nicht mehr hat, wird so lange behalten: ein Datenträger kann wiederkommen, ein Versehen rückgängig gemacht werden.',
  ],
  'job.tempBytes': ['Vorübergehender Platz', 'Zwischengelagerte Archive und Einträge eines Auftrags.'],
  'disk.freeBytes': [
    'Freier Platz',
    'Bleibt auf dem Datenträger vorübergehender Dateien frei: auch die Datenbank und andere Programme brauchen Platz.',
  ],
  'job.inflatedBytes': [
    'Entpackt insgesamt',
    'Entpackte Bytes aller Archive eines Auftrags: hundert der größten erlaubten.',
  ],
  'task.memoryBytes': [
    'Speicher',
    'Speicher eines Arbeitsprozesses; ein feindliches Dokument darf nicht den Computer nehmen.',
  ],
  'task.timeMs': ['Zeit', 'Wie Tika: fünf Minuten für ein Dokument.'],
  'task.softTimeMs': [
    'Zeit, nach der behalten wird',
    'Unter der harten Grenze, damit von einem langsamen Dokument bleibt, was gelesen wurde.',
  ],
  'task.heartbeatMs': ['Lebenszeichen', 'Ein Thread, der so lange schweigt, hängt in einer Schleife.'],
  'task.attempts': [
    'Versuche',
    'Versuche jeder Aufgabe, die aus vorübergehendem Grund scheitert, anstelle von retry.*.tries; 0: jene entscheiden, Schritt für Schritt.',
  ],
  'worker.parseThreads': ['Leser', 'Dokumente, die gleichzeitig gelesen werden; höchstens so viele wie Prozessoren.'],
  'worker.embedThreads': [
    'Vektorbildner',
    'Stapel, die gleichzeitig Vektoren bekommen; höchstens so viele wie Prozessoren.',
  ],
  'model.memoryBytes': [
    'Speicher',
    'Speicher des Prozesses, der ein selbst gewähltes Modell aus einem Ordner ausführt: etwa das Doppelte seiner Datei und ein Viertelgigabyte.',
  ],
  'worker.recycleTasks': [
    'Erneuern nach Aufgaben',
    'Nach so vielen Aufgaben wird ein Prozess ersetzt: Leser verlieren Speicher.',
  ],
  'worker.idleMs': ['Leerlauf', 'Ein Prozess ohne Arbeit gibt seinen Speicher zurück.'],
  'cache.bytes': ['Größe', 'Der Zwischenspeicher der Vektoren; etwa zwei Millionen.'],
  'models.keepDays': [
    'Behalten',
    'Nach einem Wechsel des Modells einer Sammlung bleiben ihre früheren Vektoren, um zurückzukehren.',
  ],
  'retry.extract.tries': [
    'Versuche beim Lesen',
    'Versuche zu öffnen und zu lesen (auch durch OCR), die aus vorübergehendem Grund scheitern; danach gilt es als fehlgeschlagen.',
  ],
  'retry.extract.baseMs': [
    'Erste Wartezeit beim Lesen',
    'Längste Wartezeit vor dem zweiten Versuch; für jeden weiteren verdoppelt und zufällig verkürzt.',
  ],
  'retry.embed.tries': [
    'Versuche bei Vektoren',
    'Versuche, Vektoren zu bilden: der Text wird dann schon gefunden, und Aufgeben lässt das Dokument teilweise.',
  ],
  'retry.embed.baseMs': ['Erste Wartezeit bei Vektoren', 'Wie retry.extract.baseMs, für Vektoren.'],
  'retry.summarize.tries': [
    'Versuche bei Zusammenfassungen',
    'Versuche einer Zusammenfassung: das Dokument wird trotzdem gefunden, und sie lässt sich später schreiben.',
  ],
  'retry.summarize.baseMs': [
    'Erste Wartezeit bei Zusammenfassungen',
    'Wie retry.extract.baseMs, für Zusammenfassungen.',
  ],
  'retry.index.tries': ['Versuche beim Schreiben', 'Versuche, in einen Index zu schreiben.'],
  'retry.index.baseMs': [
    'Erste Wartezeit beim Schreiben',
    'Wie retry.extract.baseMs, für das Schreiben in einen Index: ein anderer Schreibvorgang braucht Sekunden.',
  ],
  'retry.maxMs': [
    'Längste Wartezeit',
    'Länger wird zwischen zwei Versuchen nicht gewartet, außer ein Anbieter verlangt es.',
  ],
  'retry.healingMs': [
    'Warten auf Heilung',
    'So lange warten die Befehle ingest und run auf einen Server oder Prozess, der eine Weile in Ruhe gelassen wird, solange sonst nichts geschieht; dann enden sie und sagen es.',
  ],
  'retry.jobTries': [
    'Weitere Versuche eines Auftrags',
    'Weitere Versuche aller Aufgaben eines Auftrags zusammen: eine kaputte Platte soll nicht tagelang gelesen werden.',
  ],
  'retry.providerMaxMs': [
    'Geduld mit Anbietern',
    'Die längste Wartezeit, die ein Anbieter verlangen darf (Retry-After).',
  ],
  'queue.activeJobs': ['Aufträge einer Sammlung', 'Aufträge einer Sammlung, die zugleich laufen; die anderen warten.'],
  'queue.clientJobs': [
    'Aufträge eines Auftraggebers',
    'Aufträge eines Auftraggebers, die zugleich laufen: ein Skript darf nicht jeden Platz nehmen.',
  ],
  'queue.tasksPerMinute': [
    'Aufgaben je Minute',
    'Aufgaben einer Sammlung, die in einer Minute beginnen; 0: so schnell es geht.',
  ],
  'queue.inFlightBytes': [
    'Bytes unterwegs',
    'Bytes von Dokumenten zwischen zwei Schritten: der Speicher bleibt gleich, was auch wartet.',
  ],
  'queue.keepDays': [
    'Aufgaben behalten',
    'So lange bleiben fertige Aufgaben und ihre Versuche; Berichte und Fehlgeschlagenes bleiben.',
  ],
  'queue.keepAttempts': [
    'Versuche behalten',
    'So viele Versuche fertiger Aufgaben bleiben höchstens, die neuesten: etwa 200 MB.',
  ],
  'lane.expand.concurrency': ['Entpacken', 'Ordner und Archive, die gleichzeitig geöffnet werden.'],
  'lane.extract.concurrency': [
    'Lesen',
    'Dokumente, die gleichzeitig zum Lesen geholt werden; 0: so viele, wie es Leser gibt.',
  ],
  'lane.ocr.concurrency': [
    'Bilder lesen',
    'Dokumente, deren Bilder gleichzeitig gelesen werden: jedes nimmt einen ganzen Prozessor und viel Speicher.',
  ],
  'lane.vision.concurrency': [
    'Bilder durch einen Anbieter lesen',
    'Dokumente, deren Bilder das Modell eines Anbieters gleichzeitig liest; jedes wartet auf ein Bild nach dem anderen.',
  ],
  'lane.embed.concurrency': [
    'Vektoren bilden',
    'Stapel, die gleichzeitig Vektoren bekommen; jeder nimmt alle Threads seines Prozesses.',
  ],
  'lane.summarize.concurrency': [
    'Zusammenfassen',
    'Dokumente, die gleichzeitig zusammengefasst werden, aus Sammlungen, die es wollen; alles andere geht vor.',
  ],
  'worker.minFreeBytes': [
    'Freier Speicher',
    'Hat der Computer weniger freien Speicher, arbeiten Prozesse nur mit einem Thread, bis es mehr ist.',
  ],
  'worker.breakerFailures': [
    'Ausfälle in Folge',
    'Nach so vielen misslungenen Starts oder Abstürzen eines Prozesses nacheinander bekommt er eine Weile keine Aufgabe.',
  ],
  'worker.breakerMs': [
    'Ruhe nach Ausfällen',
    'So lange bleibt ein versagender Prozess in Ruhe, bevor eine Aufgabe ihn wieder versucht.',
  ],
  'search.deadlineMs': [
    'Frist',
    'Ein Mensch wartet: nach so langer Zeit gilt, was nach Wörtern gefunden wurde, und eine Notiz sagt, dass die Bedeutung fehlt.',
  ],
  'search.cacheBytes': [
    'Behaltene Antworten',
    'Antworten auf die letzten Suchen bleiben im Speicher, bis sich ein Dokument, eine Einstellung oder ein Modell ändert: etwa 200 Seiten mit Ergebnissen. 0 behält keine.',
  ],
  'search.history': [
    'Verlauf',
    'Suchen werden auf diesem Computer behalten, um sie zu wiederholen, oder gar nicht; Ausschalten vergisst keine.',
  ],
  'search.historyEntries': ['Länge des Verlaufs', 'So viele Suchen werden höchstens behalten; die ältesten gehen.'],
  'answers.passages': [
    'Abschnitte',
    'Abschnitte, aus denen eine Antwort entsteht; mehr kosten ein schreibendes Modell mehr und sagen selten mehr.',
  ],
  'answers.tokens': ['Token', 'Token einer Antwort eines schreibenden Modells, höchstens: einige Absätze.'],
  'summaries.chunks': [
    'Abschnitte',
    'Abschnitte, die eine Zusammenfassung ohne schreibendes Modell von einem Dokument liest, von überall darin: etwa 0,1 s.',
  ],
  'summaries.timeMs': [
    'Zeit',
    'Eine Zusammenfassung, die von selbst entsteht: ein langsames Modell kann für die Teile eines langen Textes Minuten brauchen.',
  ],
  'summaries.documents': [
    'Dokumente',
    'Dokumente, aus denen die Zusammenfassung eines Auftrags oder einer Sammlung entsteht, die längsten.',
  ],
  'summaries.tokens': [
    'Token',
    'Token einer Zusammenfassung eines schreibenden Modells, höchstens, und jedes ihrer Teile.',
  ],
  'summaries.smallCalls': [
    'Anfragen für kurze Texte',
    'Anfragen an ein schreibendes Modell für einen Text bis 40.000 Zeichen; er passt bei den meisten in eine.',
  ],
  'summaries.mediumCalls': [
    'Anfragen für mittlere Texte',
    'Dasselbe bis 400.000 Zeichen; was nicht hineinpasst, wird in Proben von überall darin gelesen.',
  ],
  'summaries.largeCalls': ['Anfragen für lange Texte', 'Dasselbe für alles Längere.'],
  'desktop.tray': [
    'Zeichen in der Leiste',
    'An: ein Zeichen in der Leiste des Systems; beim Schließen des Fensters läuft dort weiter, was im Gange ist. Wo das System keine hat, ändert sich nichts.',
  ],
  'desktop.notifications': [
    'Benachrichtigungen',
    'An: eine Nachricht für jeden Auftrag, der endet, während ein anderes Fenster angesehen wird, nie eine für jedes Dokument.',
  ],
  'desktop.undoMs': [
    'Zeit zum Zurücknehmen',
    'So lange lässt sich das Entfernen von Dokumenten im Fenster zurücknehmen; erst dann werden sie entfernt.',
  ],
  'desktop.launchAtLogin': ['Start bei der Anmeldung', 'Aus: ein Programm, das von selbst startet, wählt man selbst.'],
  'power.keepAwake': [
    'Wach halten',
    'An: solange es Arbeit gibt, und nur dann, schläft der Computer nicht von selbst ein. Der Bildschirm darf.',
  ],
  'power.pauseOnBattery': [
    'Pause bei Akkubetrieb',
    'Aus: wer Dokumente hinzufügt, wartet darauf. An: mit Akku beginnt nichts Neues, und am Netz geht es von selbst weiter.',
  ],
  'power.polite': [
    'Rücksicht',
    'Aus: wer Dokumente hinzufügt, wartet darauf. An: es beginnt nichts Neues, solange andere Programme die Prozessoren beschäftigen.',
  ],
  'power.busyPercent': [
    'Beschäftigt ab',
    'Anteil aller Prozessoren in Prozent, den andere Programme so lange wie power.busyMs nehmen, bevor die Arbeit auf sie wartet.',
  ],
  'power.busyMs': [
    'Beschäftigt seit',
    'Eine Seite, die sich öffnet, oder ein Programm, das startet, ist früher fertig. Ebenso lange müssen sie danach ruhig sein.',
  ],
  'power.metered': [
    'Getaktetes Netz',
    'Ob dieses Netz nach dem kostet, was hindurchgeht. Solange es das tut, sendet die Arbeit nichts an Modelle auf anderen Computern; was man selbst fragt, wird gesendet. auto (0): wie im System eingestellt, wo es das gibt; yes (1): ja; no (2): nein.',
  ],
  'polite.when': [
    'Rücksichtsvoll',
    'Wann die Arbeit sich an den Anteil unten hält. off (0): nie; wer Dokumente hinzufügt, wartet darauf. in-use (1): solange jemand den Computer benutzt. always (2): immer. Suchen und Antworten werden nie aufgehalten.',
  ],
  'polite.cpuPercent': [
    'Anteil der Prozessoren',
    'Anteil aller Prozessoren zusammen, den rücksichtsvolle Arbeit im Mittel nimmt, in Prozent: 25 ist ein Viertel, 50 die Hälfte.',
  ],
  'polite.memoryBytes': [
    'Speicher',
    'Speicher aller Arbeiter zusammen, solange die Arbeit rücksichtsvoll ist. Darüber läuft nur eine Aufgabe auf einmal: ein großes Dokument darf mehr nehmen und wird nicht deshalb aufgegeben.',
  ],
  'updates.check': [
    'Nach Aktualisierungen sehen',
    'Aus: Sluice fragt von sich aus niemanden. An: das installierte Programm fragt die Quelle beim Start und einmal am Tag nach einer neueren Version und sagt es; heruntergeladen und installiert wird nichts, bevor man zustimmt.',
  ],
  'updates.channel': [
    'Kanal',
    'Welche Versionen der Quelle angeboten werden. stable (0): fertige. beta (1): auch solche, die vorher erprobt werden.',
  ],
}
