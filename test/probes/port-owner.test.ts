import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { ownerOfPort, ownsPort } from '../../harness/probes/port-owner.ts'
import { freePort } from '../kit/free-port.ts'
import { withScratch } from '../kit/sandbox.ts'
import { startHttpServer } from '../kit/servers.ts'
import { describe } from '../kit/suite.ts'

const portOf = (url: string) => Number(new URL(url).port)

const HEAD =
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n'
const socketLine = (port: number, state: string, inode: number) =>
  `   0: 0100007F:${port.toString(16).toUpperCase().padStart(4, '0')} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000     0        0 ${inode} 1 0000\n`

describe('The owner of a port', (test) => {
  test('is the process that listens there, for as long as it does', async () => {
    const server = await startHttpServer((_, response) => response.end())
    const owner = ownerOfPort(portOf(server.url), '')

    assert.is(owner?.pid, process.pid)
    assert.ok(ownsPort(owner!))
    await server.close()
    assert.not(ownsPort(owner!))
    assert.is(ownerOfPort(portOf(server.url), ''), null)
  })

  test('is nobody where nobody listens', async () => {
    assert.is(ownerOfPort(await freePort(), ''), null)
    assert.is(ownerOfPort(1, '/nowhere'), null)
  })

  test('is who listens, not who is connected, and of several the one that was started first', () =>
    withScratch(async (root) => {
      const processes = [
        [70, 900, 55],
        [71, 100, 55],
        [72, 50, 66],
      ] as const
      for (const [pid, start, inode] of processes) {
        const folder = join(root, 'proc', String(pid))
        mkdirSync(join(folder, 'fd'), { recursive: true })
        writeFileSync(join(folder, 'stat'), `${pid} (x) S 1 ${'0 '.repeat(17)}${start} 0`)
        symlinkSync('/dev/null', join(folder, 'fd', '0'))
        symlinkSync(`socket:[${inode}]`, join(folder, 'fd', '3'))
      }
      mkdirSync(join(root, 'proc/net'))
      writeFileSync(join(root, 'proc/net/tcp'), HEAD + socketLine(8080, '01', 66))
      writeFileSync(join(root, 'proc/net/tcp6'), HEAD + socketLine(8080, '0A', 55))

      assert.is(ownerOfPort(8080, root)?.pid, 71)
      assert.is(ownerOfPort(8081, root), null)
    }))
})
