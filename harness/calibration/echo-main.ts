/** Entry of the loopback server that calibration loads unless given another: answers at once, and tells its port. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

const ANSWER = Buffer.from('{"ok":true}')

const server = createServer((_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': ANSWER.length })
  response.end(ANSWER)
})
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }))
// Whoever started it is gone: so is its purpose.
process.on('disconnect', () => process.exit(0))
