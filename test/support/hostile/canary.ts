// Owns a server on loopback that every hostile document points at, and counts who comes. Refuses to answer anything of use.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Canary = {
  /** An address that nobody may ask for. */
  readonly url: (path: string) => string
  readonly port: number
  /** What came: connections, and the paths that were asked for. */
  readonly visits: () => readonly string[]
  readonly close: () => Promise<void>
}

export const openCanary = async (): Promise<Canary> => {
  const visits: string[] = []
  const server = createServer((request, response) => {
    visits.push(`${request.method ?? '?'} ${request.url ?? '?'}`)
    response.end('<!ENTITY canary "canary was fetched">')
  })
  server.on('connection', () => visits.push('connection'))
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    url: (path) => `http://127.0.0.1:${port}/${path}`,
    port,
    visits: () => [...visits],
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}
