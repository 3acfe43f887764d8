import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import * as assert from 'uvu/assert'
import { inWorkplace, type Workplace } from '../kit/cli.ts'
import { describe } from '../kit/suite.ts'

const run = promisify(execFile)
const TOKEN = 'service-0123456789-abcdef'
const PAGE = readFileSync(new URL('../../docs/service.md', import.meta.url), 'utf8')
const CURL = [...PAGE.matchAll(/```sh\n(curl[\s\S]*?)```/g)].map(([, script]) => script as string)
const SCENARIO = JSON.stringify({
  name: 'checkout',
  target: { plugin: 'sandbox' },
  workload: { pattern: 'constant-rate', rate: '20/s', duration: '1s' },
  warmUp: '0s',
  journeys: { browse: { steps: [{ request: { method: 'GET', path: '/items' } }] } },
})

/** A service on any free port, which ends with the body. */
async function withService(
  place: Workplace,
  body: (url: string, said: () => string) => Promise<void>,
): Promise<void> {
  place.write('token', `${TOKEN}\n`)
  place.write('checkout.yaml', SCENARIO)
  const service = place.startWith(
    { PROOFLOAD_API_TOKEN_FILE: join(place.path, 'token') },
    ...['serve', '--port', '0', '--scenarios', '.'],
  )
  try {
    await service.sees('ctrl-C stops')
    const [, url = ''] = /dashboard: (http:\/\/127\.0\.0\.1:\d+)\//.exec(service.stderr) ?? []
    await body(url, () => service.stderr)
  } finally {
    service.signal('SIGINT')
    await service.ended
  }
}

describe('A service', (test) => {
  test('answers every curl command of its page, starts runs, and gates rollouts', () =>
    inWorkplace((place) =>
      withService(place, async (url, said) => {
        assert.is(CURL.length, 2)
        const shell = (script: string) =>
          run('bash', ['-ec', script.replaceAll('http://127.0.0.1:7171', url)], {
            env: { ...process.env, TOKEN },
          })
        const [asked = '', gated = ''] = CURL
        const { stdout } = await shell(asked)
        assert.match(stdout, '"openapi":"3.1.0"')
        assert.match(stdout, '"state":"judged"')
        assert.match(stdout, '"outcome":"')
        const gates = await shell(gated)
        assert.match(gates.stdout, /^(200|412)\n\{"value":(1|0|-1),/)
        assert.match(said(), 'checkout.yaml: started by api')
        assert.match(said(), 'checkout.yaml: started by gate')
        assert.not.match(said(), TOKEN)
      }),
    ))

  test('gives the verdict of a run whose asker hung up to its next question', () =>
    inWorkplace((place) =>
      withService(place, async (url, said) => {
        const ask = (signal: AbortSignal | null = null) =>
          fetch(`${url}/gate/argo`, {
            method: 'POST',
            headers: { Authorization: `Bearer ${TOKEN}`, 'Content-Type': 'application/json' },
            body: JSON.stringify({ rollout: 'shop', scenario: 'checkout.yaml' }),
            signal,
          })
        const gone = new AbortController()
        const first = ask(gone.signal).catch(() => null)
        while (!said().includes('started by gate')) await new Promise((resolve) => setTimeout(resolve, 20))
        gone.abort()
        assert.is(await first, null)

        const answer = await ask()
        assert.is(answer.status, 200)
        assert.is(said().split('started by gate').length - 1, 1)
      }),
    ))

  test('refuses a schedule of what is not there, and a token that is soon guessed', () =>
    inWorkplace(async (place) => {
      place.write('checkout.yaml', SCENARIO)
      const short = await place.startWith(
        { PROOFLOAD_API_TOKEN: 'short' },
        'serve',
        '--port',
        '0',
        '--scenarios',
        '.',
      ).ended
      assert.is(short.status, 2)
      assert.match(short.stderr, 'too easy to guess')
      assert.not.match(short.stderr, 'short')
      place.write(
        'proofload.config.yaml',
        'schedules: { nightly: { scenario: chekout.yaml, cron: "0 2 * * *" } }',
      )
      const wrong = await place.run('serve', '--port', '0', '--scenarios', '.')
      assert.is(wrong.status, 2)
      assert.match(wrong.stderr, 'schedules.nightly.scenario')
      assert.match(wrong.stderr, 'checkout.yaml')
      place.write(
        'proofload.config.yaml',
        'schedules: { nightly: { scenario: checkout.yaml, cron: "every night", timeZone: Mars } }',
      )
      const cron = await place.run('serve', '--port', '0', '--scenarios', '.')
      assert.match(cron.stderr, 'a time zone such as Europe/Berlin or UTC')
    }))
})
