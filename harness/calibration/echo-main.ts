/** Entry of the default loopback server for calibration: answers at once, and reports its port. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

const ANSWER = Buffer.from('{"ok":true}')

const server = createServer((_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': ANSWER.length })
  response.end(ANSWER)
})
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }))
// The parent process is gone, so this one ends too.
process.on('disconnect', () => process.exit(0))
