import * as assert from 'uvu/assert'
import { inWorkplace } from '../kit/cli.ts'
import { startHttpServer } from '../kit/servers.ts'
import { describe } from '../kit/suite.ts'

describe('proofload calibrate', (test) => {
  test('measures two generators on one server, and later runs remember it', () =>
    inWorkplace(async (place) => {
      const under = ['env', `XDG_CACHE_HOME=${place.path}/cache`]
      const args = ['calibrate', '--duration', '1s', '--rounds', '1', '--connections', '5', '--json']
      const { status, stdout, stderr } = await place.startUnder(under, ...args).ended
      assert.is(status, 0, stderr)
      const { figures, file } = JSON.parse(stdout)
      const names = figures.map(({ name }: { name: string }) => name)
      assert.equal(names.slice(0, 2), ['requestsPerSec', 'cpuUsPerRequest'])
      for (const { name, proofload, autocannon } of figures.slice(0, -1))
        assert.ok(proofload > 0 && autocannon > 0, `${name}: ${proofload}, ${autocannon}`)
      assert.ok(file.startsWith(place.path))

      const server = await startHttpServer((_request, response) => response.end('ok'))
      const { record } = await place.verdictUnder(under, server.url, '--duration', '1s')
      await server.close()
      assert.is(record.environment.calibration?.requestsPerSec, figures[0].proofload)
    }))

  test('does not load other machines', () =>
    inWorkplace(async (place) => {
      const { status, stderr } = await place.run('calibrate', 'http://example.com/')
      assert.is(status, 4)
      assert.match(stderr, /loopback only, not example.com/)
    }))
})
