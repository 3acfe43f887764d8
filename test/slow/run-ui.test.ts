import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import * as assert from 'uvu/assert'
import type { RunRecord } from '../../harness/model/run-record.ts'
import { CHROMIUM, onPage, textOf } from '../kit/browser.ts'
import { inWorkplace } from '../kit/cli.ts'
import type { RunningCommand } from '../kit/command-here.ts'
import { truthOf, withSandbox } from '../kit/sandbox.ts'
import { describe } from '../kit/suite.ts'

const urlIn = ({ stderr }: RunningCommand) => /dashboard: (\S+)/.exec(stderr)?.[1] ?? ''

describe('proofload run --ui', (test) => {
  test('ends by itself as soon as the verdict is there when nobody looks', () =>
    withSandbox({}, ({ url }) =>
      inWorkplace(async (place) => {
        const { status, stderr } = await place.run(
          'run',
          `${url}/items`,
          '--agents',
          '2',
          '--duration',
          '2s',
          '--ui',
        )

        // On a busy machine it may be INCONCLUSIVE.
        assert.ok(status === 0 || status === 3, stderr)
        assert.match(stderr, /dashboard: http:\/\/127\.0\.0\.1:\d+\//)
      }),
    ))

  test('sends no load when nobody can listen on the port', () =>
    withSandbox({}, ({ url }) =>
      inWorkplace(async (place) => {
        const other = createServer()
        await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
        const { port } = other.address() as AddressInfo

        const { status, stderr } = await place.run(
          'run',
          `${url}/items`,
          '--duration',
          '2s',
          '--ui',
          `${port}`,
        )

        other.close()
        assert.is(status, 4)
        assert.match(stderr, `cannot listen on http://127.0.0.1:${port}: the port is in use`)
        assert.is((await truthOf(url)).total.count, 0)
      }),
    ))

  test('says where --ui stands when it takes the scenario for an address', () =>
    inWorkplace(async (place) => {
      const { status, stderr } = await place.run('run', '--ui', 'scenarios/smoke.ts')

      assert.is(status, 2)
      assert.match(stderr, 'put --ui after the scenario')
    }))

  if (CHROMIUM === null) {
    test.skip('shows the run in a browser', 'no chromium in PATH')
    return
  }

  test('shows the run to its verdict, and says that the server has stopped', () =>
    withSandbox({}, ({ url }) =>
      inWorkplace(async (place) => {
        const run = place.start('run', `${url}/items`, '--agents', '2', '--duration', '10s', '--ui')
        await run.sees('dashboard: ')
        await onPage(urlIn(run), async ({ page, complaints, foreign }) => {
          await page.waitForSelector('#live[data-stage=running]')
          await page.waitForSelector('#chart-rate canvas')
          assert.is(await page.locator('#start').count(), 0)
          assert.is(await page.locator('nav a').count(), 1)

          await page.waitForSelector('#live[data-stage=done]')
          await page.waitForSelector('#connection[data-tone=quiet]')

          assert.match(await textOf(page, '#verdict-title'), /^(GO|INCONCLUSIVE)$/)
          assert.match(await textOf(page, '#verdict-report'), /Report: .*reports/)
          assert.ok(await page.isDisabled('#halt'))
          assert.equal([complaints, foreign], [[], []])
        })
        await run.ended
      }),
    ))

  test('is aborted from the page, twice to give up at once', () =>
    withSandbox({ faults: { fixed: { ms: 60_000 } } }, ({ url }) =>
      inWorkplace(async (place) => {
        const run = place.start('run', `${url}/items`, '--agents', '2', '--duration', '10m', '--ui')
        await run.sees('dashboard: ')
        await onPage(urlIn(run), async ({ page }) => {
          // Its first second is there: aborted while threads start, it would end without a record.
          await page.waitForSelector('#chart-rate canvas')
          await page.click('#abort')
          await page.waitForSelector('#abort:enabled:has-text("Abort at once")')
          await page.click('#abort')
          await page.waitForSelector('#live[data-stage=done]')
        })
        const { stderr, status } = await run.ended
        assert.match(stderr, 'interrupted again: aborting')
        assert.is(status, 3)
        const file = / (\S+run\.json)/.exec(stderr)?.[1]
        if (file !== undefined) assert.is((JSON.parse(place.read(file)) as RunRecord).status, 'interrupted')
      }),
    ))
})
