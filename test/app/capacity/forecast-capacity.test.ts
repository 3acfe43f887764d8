import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { demandOf } from '../../../harness/app/capacity/demand.ts'
import { forecastCapacity } from '../../../harness/app/capacity/forecast-capacity.ts'
import { withHistory } from '../../../harness/app/history/history.ts'
import { capacityForecastSchema } from '../../../harness/model/capacity-forecast.ts'
import { forecastHeadline } from '../../../harness/text/forecast-text.ts'
import { aHistorySearch } from '../../kit/capacity.ts'
import { aCapturingHost } from '../../kit/capturing-host.ts'
import { withScratch } from '../../kit/sandbox.ts'
import { rejectionOf } from '../../kit/scenario-documents.ts'
import { describe } from '../../kit/suite.ts'

const REST = { growth: 0.05, reserve: 0.3, instances: 4 }

/** Answers every query with a number. */
async function withPrometheus(
  value: string,
  body: (url: string, asked: readonly string[]) => Promise<void>,
): Promise<void> {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(new URL(request.url ?? '', 'http://localhost').searchParams.get('query') ?? '')
    response.end(JSON.stringify({ status: 'success', data: { resultType: 'scalar', result: [1, value] } }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    await body(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked)
  } finally {
    server.close()
  }
}

describe('A forecast from stored searches', (test) => {
  test('is of those since the capacity changed, with a page and a picture', () =>
    withScratch(async (cwd) => {
      const store = join(cwd, 'history.db')
      await withHistory(store, cwd, async (history) => {
        // The system was made faster after ten nights; nights differ by some tenths of a percent.
        for (let night = 0; night < 20; night++)
          await history.add(aHistorySearch(night, {}, (night < 10 ? 1 : 1.4) * (1 + 0.002 * (night % 3))))
      })
      const request = {
        scenario: 'test',
        by: 'rate',
        demand: { ...REST, demand: 450 },
        store,
        outDir: 'reports',
      } as const
      const { forecast, files, exitCode } = await forecastCapacity(
        { ...request, reports: ['html'] },
        aCapturingHost([], cwd),
      )
      assert.is(exitCode, 0)
      assert.equal([forecast.searches.length, forecast.olderCount], [10, 10])
      assert.ok(forecast.safe.value > 1.3 * (aHistorySearch(0).answer.safe ?? 0))
      assert.match(forecastHeadline(forecast), /^The reserve of 30 % is gone in \d+\.\d .*months, on \d{4}-/)
      const kept = JSON.parse(readFileSync(files['record'] ?? '', 'utf8'))
      assert.equal(capacityForecastSchema.parse(kept), forecast)
      assert.match(readFileSync(files['html'] ?? '', 'utf8'), 'Demand and what is safe')
      assert.ok(existsSync(join(cwd, 'reports', 'test', 'capacity-forecast', 'forecast.html')))
    }))

  test('needs a search that was confirmed', () =>
    withScratch(async (cwd) => {
      const request = {
        scenario: 'none',
        by: 'rate',
        demand: { ...REST, demand: 450 },
        outDir: 'reports',
      } as const
      const asked = forecastCapacity(
        { ...request, store: join(cwd, 'h.db'), reports: [] },
        aCapturingHost([], cwd),
      )
      const { message, hint } = await rejectionOf(asked, 'RECORD_NOT_FOUND')
      assert.match(message, 'no confirmed search for a capacity of none')
      assert.match(hint ?? '', 'history list --kind capacity')
    }))

  test('asks Prometheus for the most of four weeks', () =>
    withPrometheus('512.5', async (url, asked) => {
      const found = await demandOf(
        { ...REST, demand: { url, query: 'sum(rate(x[5m]))' } },
        aCapturingHost([], '/'),
      )
      assert.is(found.demand, 512.5)
      assert.equal(asked, ['max_over_time((sum(rate(x[5m])))[28d:5m])'])
    }))

  test('says why there is no demand', async () => {
    const host = aCapturingHost([], '/')
    const asked = (url: string) => demandOf({ ...REST, demand: { url, query: 'x' } }, host)
    const away = await rejectionOf(asked('http://127.0.0.1:1'), 'TARGET_UNREACHABLE')
    assert.match(away.message, /^Prometheus does not say the demand: .*refused/i)
    const nowhere = await rejectionOf(asked('somewhere'), 'USAGE')
    assert.match(nowhere.message, 'the demand cannot be asked for: write a URL')
    await withPrometheus('NaN', async (url) => {
      assert.match((await rejectionOf(asked(url), 'TARGET_UNREACHABLE')).message, 'no number')
    })
  })
})
