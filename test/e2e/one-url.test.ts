import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import * as assert from 'uvu/assert'
import type { VerdictDocument } from '../../harness/model/verdict.ts'
import { inWorkplace } from '../kit/cli.ts'
import { describe } from '../kit/suite.ts'

/** Says every request that differs, once. */
async function whileAsked(body: (url: string, asked: ReadonlySet<string>) => Promise<void>): Promise<void> {
  const asked = new Set<string>()
  const server = createServer(async (request, response) => {
    const { method, url, headers } = request
    const said = [
      method,
      url,
      headers.authorization,
      headers['content-type'],
      headers['x-a'],
      await text(request),
    ]
    asked.add(said.join(' '))
    response.end('ok')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    await body(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked)
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

const LOAD = ['-c', '2', '-z', '1', '--think', '100ms', '--no-history', '--quiet']

describe('A run without a scenario file', (test) => {
  test('sends what its flags say, and keeps what they hide', () =>
    whileAsked((url, asked) =>
      inWorkplace(async (place) => {
        place.write('order.json', '{"item":1}')
        const request = ['-X', 'PUT', '-H', 'X-A: 1', '-u', 'ada:hidden-word', '-d', '@order.json']
        const { status, stdout } = await place.run('run', `${url}/orders`, ...request, ...LOAD, '--json')
        const basic = `Basic ${Buffer.from('ada:hidden-word').toString('base64')}`

        assert.ok(status === 0 || status === 3)
        assert.ok(asked.has(`PUT /orders ${basic} application/json 1 {"item":1}`), [...asked].join('\n'))
        const { files, scenario } = JSON.parse(stdout) as VerdictDocument
        assert.match(scenario, /^127-0-0-1-\d+$/)
        for (const file of [files['record'], files['verdict']]) {
          assert.ok(file !== undefined)
          assert.not.match(place.read(file), basic)
          assert.not.match(place.read(file), 'hidden-word')
        }
      }),
    ))

  test('sends what a command of curl and a list of URLs say', () =>
    whileAsked((url, asked) =>
      inWorkplace(async (place) => {
        place.write('urls.txt', `${url}/a\nDELETE ${url}/b\n`)
        const curl = `curl -sS '${url}/c?d=e' -H 'x-a: 2' --data-raw $'it\\'s'`
        for (const flags of [
          ['--urls', 'urls.txt'],
          ['--curl', curl],
        ]) {
          const { status, stderr } = await place.run('run', ...flags, ...LOAD)
          assert.ok(status === 0 || status === 3, stderr)
        }

        const form = 'application/x-www-form-urlencoded'
        for (const wanted of ['GET /a    ', 'DELETE /b    ', `POST /c?d=e  ${form} 2 it's`])
          assert.ok(asked.has(wanted), `${wanted}: ${[...asked].join('\n')}`)
      }),
    ))

  test('is refused with the flag that does not fit, and sends nothing', () =>
    whileAsked((url, asked) =>
      inWorkplace(async (place) => {
        for (const [args, told] of [
          [
            ['shop.yaml', '-d', 'a'],
            /--body is about the request of a URL, and shop\.yaml is a scenario file/,
          ],
          [[url, '-H', 'x: env:NOWHERE'], /env:NOWHERE is not set/],
          [[], /nothing to run was given/],
        ] as const) {
          const { status, stderr } = await place.run('run', ...args)
          assert.is(status, 2)
          assert.match(stderr, told)
        }
        assert.is(asked.size, 0)
      }),
    ))
})
