/**
 * Owns asking the library of signatures what bytes are. Refuses: texts, of which two or three letters are no proof; who asks sees to that.
 */
import { fileTypeFromBuffer } from 'file-type'

/** What the library sees in the bytes. Of a damaged file it sometimes wants more bytes than there are, and throws: then it is of no known type. */
export const typeOfBytes = async (head: Buffer): ReturnType<typeof fileTypeFromBuffer> => {
  try {
    return await fileTypeFromBuffer(head)
  } catch (thrown) {
    if (thrown instanceof Error) return undefined
    throw thrown
  }
}
