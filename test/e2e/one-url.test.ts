import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { buffer, text } from 'node:stream/consumers'
import * as assert from 'uvu/assert'
import type { VerdictDocument } from '../../harness/model/verdict.ts'
import { inWorkplace } from '../kit/cli.ts'
import { withRawServer } from '../kit/raw-server.ts'
import { describe } from '../kit/suite.ts'

/** Says every request that differs, once. */
async function whileAsked(
  body: (url: string, asked: ReadonlySet<string>, forget: () => void) => Promise<void>,
): Promise<void> {
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
    await body(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, () => asked.clear())
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'
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

  test('ends after the requests that it is asked for', () =>
    inWorkplace((place) =>
      withRawServer(
        (socket) => socket.write(OK),
        async ({ url, requests }) => {
          const sent = () => requests.filter((head) => head.startsWith('GET /n')).length
          for (const [flags, total] of [
            [['-n', '37', '-c', '5'], 37],
            // At a rate the number is a length.
            [['-n', '7', '-q', '70'], 44],
          ] as const) {
            const { status, stderr } = await place.run('run', `${url}/n`, ...flags, '--no-history', '--quiet')
            assert.ok(status === 0 || status === 3, stderr)
            assert.is(sent(), total)
          }
        },
      ),
    ))

  test('ends with a histogram and status codes, and becomes a scenario that sends the same', () =>
    whileAsked((url, asked, forget) =>
      inWorkplace(async (place) => {
        const request = [
          '-H',
          'X-A: 1',
          '-d',
          '{"item":1}',
          '-u',
          'ada:hidden-word',
          '--timeout',
          '3',
          '--no-keepalive',
        ]
        const ends = ['-n', '6', '-c', '2', '--no-history', '--quiet']
        const { stdout } = await place.run('run', `${url}/orders?a=b`, ...request, ...ends)
        assert.match(stdout, /Response times\n +up to +requests/)
        assert.match(stdout, /Status codes\n +status +answers +share\n +200 +6 +100 %/)
        assert.match(stdout, 'proofload init scenarios/mine.ts --from-last')

        const [said] = [...asked].filter((each) => each.startsWith('POST'))
        const basic = `Basic ${Buffer.from('ada:hidden-word').toString('base64')}`
        assert.is(said, `POST /orders?a=b ${basic} application/json 1 {"item":1}`)
        const secret = 'HEADER_AUTHORIZATION'
        for (const file of ['mine.ts', 'mine.yaml', 'mine.json']) {
          const init = await place.run('init', file, '--from-last')
          assert.match(init.stdout, `Set ${secret} in the environment first.`)
          assert.not.match(place.read(file), 'hidden-word')
          const { status, stdout: checked } = await place.run('check', file)
          assert.is(status, 0)
          assert.match(checked, '6 iterations in at most 10m')
        }
        forget()
        place.write('word', basic)
        process.env[`${secret}_FILE`] = `${place.path}/word`
        try {
          assert.is((await place.run('try', 'mine.yaml')).status, 0)
        } finally {
          delete process.env[`${secret}_FILE`]
        }
        assert.ok(asked.has(said ?? ''), [...asked].join('\n'))
      }),
    ))

  test('sends files: as the body, and as fields of a form', () =>
    inWorkplace(async (place) => {
      const seen: { type: string; body: Buffer }[] = []
      const server = createServer(async (request, response) => {
        if (request.method === 'POST')
          seen.push({ type: request.headers['content-type'] ?? '', body: await buffer(request) })
        response.end('ok')
      })
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      try {
        const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/up`
        const photo = Buffer.from([0xff, 0xd8, 0, 1, 2, 10, 13, 0xff])
        writeFileSync(join(place.path, 'photo.jpg'), photo)
        const ends = ['-n', '1', '-c', '1', '--no-history', '--quiet']
        await place.run('run', url, '-d', '@photo.jpg', ...ends)
        await place.run('run', url, '--form', 'name=Ada', '--form', 'photo=@photo.jpg', ...ends)
        const missing = await place.run('run', url, '--form', 'photo=@nowhere.jpg', ...ends)

        assert.equal(seen[0], { type: 'image/jpeg', body: photo })
        const { type = '', body = Buffer.from('') } = seen[1] ?? {}
        const form = await new Response(new Uint8Array(body), {
          headers: { 'content-type': type },
        }).formData()
        assert.is(form.get('name'), 'Ada')
        assert.equal(Buffer.from(await (form.get('photo') as File).arrayBuffer()), photo)
        assert.is(missing.status, 2)
        assert.match(missing.stderr, /request\.multipart\.photo\.file: nowhere\.jpg cannot be read/)
      } finally {
        server.closeAllConnections()
        server.close()
      }
    }))

  test('goes to the address that is given for its host and port', () =>
    whileAsked((url, asked) =>
      inWorkplace(async (place) => {
        const { port } = new URL(url)
        const resolve = ['--resolve', `shop.example:${port}:127.0.0.1`]
        const { status, stderr } = await place.run(
          'run',
          `http://shop.example:${port}/r`,
          ...resolve,
          '-n',
          '2',
          '--no-history',
        )
        assert.ok(status === 0 || status === 3, stderr)
        assert.ok(asked.has('GET /r    '))
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
          [['shop.yaml', '-n', '5'], /--requests is about URLs, and shop\.yaml is a scenario file/],
          [[url, '-n', '5', '--iterations', '5'], /--requests and --iterations say the same/],
          [[url, '-n', '5', '-q', '5', '-z', '5'], /two of --rate, --duration and --iterations/],
          [[url, '--resolve', 'shop:127.0.0.1'], /is not host:port:address/],
          [[url, '--connect-to', 'a:1', '--resolve', 'a:1:b'], /name one place/],
          [[url, '--no-keepalive', '--http2'], /--no-keepalive is not for HTTP\/2/],
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

describe('init', (test) => {
  test('writes what the name of the file says, and names the scenario after it', () =>
    inWorkplace(async (place) => {
      for (const file of ['my shop.yaml', 'orders.json', 'visits.ts']) {
        for (const target of [[], ['--target', 'http://127.0.0.1:8080']]) {
          const name = `${target.length}-${file}`
          assert.is((await place.run('init', name, ...target)).status, 0)
          const { status, stdout, stderr } = await place.run('check', name)
          assert.is(status, 0, stderr)
          assert.ok(stdout.startsWith(`${name.replace(/\.\w+$/, '').replace(' ', '-')}: valid`), stdout)
        }
      }
    }))
})
