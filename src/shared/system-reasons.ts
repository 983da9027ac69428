/**
 * Owns what the codes of systems and their networks say to a person, in every language; the code stays beside it, and what the system said stays among the facts.
 * Refuses: reasons of our own, and texts that only have such a code somewhere in them.
 */
import type { Language } from './languages'

type Spoken = Exclude<Language, 'qps-plocm'>
type Said = Readonly<Record<Spoken, string>>

const NO_ROOM: Said = { en: 'no room is left on the disk', de: 'auf dem Datenträger ist kein Platz mehr' }
const NO_PERMISSION: Said = { en: 'no permission', de: 'keine Berechtigung' }
const NOT_THERE: Said = { en: 'it is not there', de: 'es ist nicht da' }
const OPEN_ELSEWHERE: Said = {
  en: 'another program holds it open',
  de: 'ein anderes Programm hält es offen',
}
const TOO_MANY_FILES: Said = { en: 'too many files are open', de: 'zu viele Dateien sind offen' }
const LATE: Said = { en: 'no answer came in time', de: 'eine Antwort kam nicht rechtzeitig' }
const NAME_UNKNOWN: Said = {
  en: 'no computer of this name was found',
  de: 'ein Rechner dieses Namens wurde nicht gefunden',
}
const NO_WAY: Said = { en: 'no way leads there on the network', de: 'im Netz führt kein Weg dorthin' }
const BROKEN_OFF: Said = { en: 'the connection broke off', de: 'die Verbindung brach ab' }
const OWN_CERTIFICATE: Said = {
  en: 'its certificate is signed by nobody who is trusted here',
  de: 'das Zertifikat ist von niemandem unterschrieben, dem hier vertraut wird',
}

const reasons: Readonly<Record<string, Said>> = {
  ENOENT: NOT_THERE,
  ENODEV: NOT_THERE,
  EACCES: NO_PERMISSION,
  EPERM: NO_PERMISSION,
  ENOSPC: NO_ROOM,
  EDQUOT: { en: 'the room that this account may use is full', de: 'der Platz für dieses Konto ist voll' },
  EFBIG: { en: 'it is too large for its disk', de: 'zu groß für den Datenträger' },
  EROFS: { en: 'its disk is read-only', de: 'der Datenträger ist schreibgeschützt' },
  EBUSY: OPEN_ELSEWHERE,
  ETXTBSY: OPEN_ELSEWHERE,
  EMFILE: TOO_MANY_FILES,
  ENFILE: TOO_MANY_FILES,
  ENOMEM: { en: 'no memory is left', de: 'es ist kein Arbeitsspeicher mehr frei' },
  EIO: { en: 'its disk could not be read or written', de: 'der Datenträger war nicht zu lesen oder zu beschreiben' },
  EEXIST: { en: 'something of this name is there already', de: 'etwas mit diesem Namen ist schon da' },
  ENOTDIR: { en: 'a file is in the place of a folder', de: 'eine Datei ist, wo ein Ordner sein sollte' },
  EISDIR: { en: 'it is a folder', de: 'es ist ein Ordner' },
  ENOTEMPTY: { en: 'the folder is not empty', de: 'der Ordner ist nicht leer' },
  ENAMETOOLONG: { en: 'its path is too long', de: 'der Pfad ist zu lang' },
  ELOOP: { en: 'its links lead in a circle', de: 'die Verknüpfungen führen im Kreis' },
  EXDEV: { en: 'it is on another disk', de: 'auf einem anderen Datenträger' },
  ENOTSUP: { en: 'its disk cannot do that', de: 'der Datenträger kann das nicht' },
  ECONNREFUSED: { en: 'nothing takes connections there', de: 'dort nimmt nichts Verbindungen an' },
  ECONNRESET: BROKEN_OFF,
  ECONNABORTED: BROKEN_OFF,
  EPIPE: BROKEN_OFF,
  UND_ERR_SOCKET: BROKEN_OFF,
  ETIMEDOUT: LATE,
  UND_ERR_CONNECT_TIMEOUT: LATE,
  UND_ERR_HEADERS_TIMEOUT: LATE,
  UND_ERR_BODY_TIMEOUT: LATE,
  ENOTFOUND: NAME_UNKNOWN,
  EAI_AGAIN: { en: 'names could not be looked up', de: 'Namen waren nicht nachzuschlagen' },
  EHOSTUNREACH: NO_WAY,
  ENETUNREACH: NO_WAY,
  EHOSTDOWN: NO_WAY,
  ENETDOWN: { en: 'there is no network', de: 'es gibt kein Netz' },
  EADDRINUSE: { en: 'another program has this address', de: 'ein anderes Programm hat diese Adresse' },
  EPROTO: {
    en: 'the server speaks no encryption that is known here',
    de: 'der Server spricht keine hier bekannte Verschlüsselung',
  },
  DEPTH_ZERO_SELF_SIGNED_CERT: OWN_CERTIFICATE,
  SELF_SIGNED_CERT_IN_CHAIN: OWN_CERTIFICATE,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: OWN_CERTIFICATE,
  UNABLE_TO_GET_ISSUER_CERT: OWN_CERTIFICATE,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: OWN_CERTIFICATE,
  CERT_UNTRUSTED: OWN_CERTIFICATE,
  CERT_HAS_EXPIRED: { en: 'its certificate has expired', de: 'das Zertifikat ist abgelaufen' },
  CERT_NOT_YET_VALID: { en: 'its certificate is not valid yet', de: 'das Zertifikat gilt noch nicht' },
  CERT_REVOKED: { en: 'its certificate was revoked', de: 'das Zertifikat wurde widerrufen' },
  ERR_TLS_CERT_ALTNAME_INVALID: {
    en: 'its certificate is that of another computer',
    de: 'das Zertifikat ist das eines anderen Rechners',
  },
  ERR_SSL_WRONG_VERSION_NUMBER: {
    en: 'the server speaks no encryption that is known here',
    de: 'der Server spricht keine hier bekannte Verschlüsselung',
  },
}

export const systemCodes: readonly string[] = Object.keys(reasons)

/** `ENOENT: no such file …, open '…'`, `connect ECONNREFUSED …`, `CERT_HAS_EXPIRED`: a code alone, at the beginning, or behind the name of what was called. */
const LED_BY_CODE = /^(?:Error: )?(?:[a-z]{2,20} )?([A-Z][A-Z0-9_]{2,40})(?=[:,\s]|$)/

/** What a reason of the system says, with its code; `null` for any other reason. */
export const saySystemReason = (reason: string, language: Spoken): string | null => {
  const code = LED_BY_CODE.exec(reason)?.[1] ?? ''
  return Object.hasOwn(reasons, code) ? `${reasons[code]?.[language] ?? ''}: ${code}` : null
}

/** The facts with their reason in words, where it is one of the system. */
export const withSystemReason = <D extends Readonly<Record<string, unknown>>>(details: D, language: Spoken): D => {
  const { reason } = details
  const said = typeof reason === 'string' ? saySystemReason(reason, language) : null
  return said === null ? details : { ...details, reason: said }
}
