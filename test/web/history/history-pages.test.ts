import * as assert from 'uvu/assert'
import { HarnessError } from '../../../harness/base/errors.ts'
import type { HistoryRun } from '../../../harness/model/history.ts'
import { type HistorySources, historyPages } from '../../../harness/web/history/history-pages.ts'
import type { RunsQuery } from '../../../harness/web/history/sources.ts'
import { aHistoryRun } from '../../contract/history.ts'
import { aHistorySearch } from '../../kit/capacity.ts'
import { aReason } from '../../kit/demands.ts'
import { historySourcesWith, listedRun } from '../../kit/history-sources.ts'
import { aNightRecord, aStoredVerdict } from '../../kit/stored-runs.ts'
import { describe } from '../../kit/suite.ts'
import { aSuspectRun } from '../../kit/verdicts.ts'

/** Would be a tag, end an attribute, or turn the direction of reading. */
const HOSTILE = `<script>alert("1")</script>'&\u202e${'x'.repeat(60)}`
const BROKEN = new HarnessError('RECORD_INVALID', 'run.json is not a run record', { hint: 'Run it again.' })

const PATHS = [
  '/runs',
  '/runs/run-1',
  '/compare',
  '/compare?a=run-1&b=run-2',
  '/trend',
  '/baselines',
  '/capacity',
]

async function ask(path: string, found: Partial<HistorySources> = {}) {
  const answer = await historyPages(historySourcesWith(found)).request(path)
  return { status: answer.status, headers: answer.headers, text: await answer.text() }
}

const runs = [2, 1].map((night) => aHistoryRun(night))
const known = (id: string): Promise<HistoryRun | null> =>
  Promise.resolve(runs.find((run) => run.id === id) ?? null)

describe('The list of runs', (test) => {
  test('shows each run with its outcome, its figures and the way to it', async () => {
    const { status, text } = await ask('/runs', {
      listRuns: () => Promise.resolve({ total: 2, runs: runs.map((run) => listedRun(run)) }),
    })

    assert.is(status, 200)
    assert.match(text, '<a href="/runs/run-2">run-2</a>')
    assert.match(text, '2026-01-03 00:00:00 UTC')
    assert.match(text, 'Runs 1 to 2 of 2')
    assert.match(text, /<td class="number">20(\.\d+)?ms<\/td>/)
    assert.match(text, '150 (25 %)')
    assert.match(text, 'build-2')
  })

  test('leads to a search for the capacity, which is not compared with a run', async () => {
    const { answer: _answer, by: _by, ...search } = aHistorySearch(3)
    const listed = { ...search, doubtful: false, figures: null }
    const { text } = await ask('/runs', {
      listRuns: () => Promise.resolve({ total: 2, runs: [listed, listedRun(aHistoryRun(1))] }),
    })

    assert.match(text, '<a href="/capacity/capacity-3">capacity-3</a>')
    assert.match(text, 'search for the capacity')
    assert.not.match(text, 'value="capacity-3"')
    assert.not.match(text, 'figures are broken')
  })

  test('shows what a search found, and that there is none', async () => {
    const found = { rememberedSearch: () => Promise.resolve(aHistorySearch(3)) }
    const { status, text } = await ask('/capacity/capacity-3', found)

    assert.is(status, 200)
    assert.match(text, 'inside the objectives (confirmed')
    assert.match(text, 'efficiency knee')
    assert.is((await ask('/capacity/nobody')).status, 404)
  })

  test('shows a GO with a possible regression in the colour of doubt, here, on its page and compared', async () => {
    const { verdict } = aSuspectRun()
    const suspect = aHistoryRun(3, { outcome: 'GO', verdict })
    const found = {
      listRuns: () => Promise.resolve({ total: 1, runs: [listedRun(suspect)] }),
      rememberedRun: () => Promise.resolve(suspect),
    }
    for (const path of ['/runs', '/runs/run-3', '/compare?a=run-3&b=run-3']) {
      const { text } = await ask(path, found)
      assert.match(
        text,
        '<span class="badge doubt">GO</span> <span class="muted">possible regression</span>',
        path,
      )
      assert.not.match(text, 'badge good', path)
    }
  })

  test('offers the newest run and the one of the same scenario before it for comparison', async () => {
    const alone = listedRun(aHistoryRun(3, { scenario: 'another' }))
    const { text } = await ask('/runs', {
      listRuns: () => Promise.resolve({ total: 3, runs: [alone, ...runs.map((run) => listedRun(run))] }),
    })

    const checked = [...text.matchAll(/name="([ab])" value="([\w-]+)"[^>]*checked/g)]
    assert.equal(
      checked.map(([, side, id]) => [side, id]),
      [
        ['b', 'run-2'],
        ['a', 'run-1'],
      ],
    )
  })

  test('asks for what the form says, a page at a time, and keeps the filter while paging', async () => {
    const asked: RunsQuery[] = []
    const { text } = await ask('/runs?scenario=test&outcome=NO_GO&build=a%26b&page=2', {
      listRuns(query) {
        asked.push(query)
        return Promise.resolve({ total: 70, runs: runs.map((run) => listedRun(run)) })
      },
    })

    assert.equal(asked, [{ scenario: 'test', outcome: 'NO_GO', build: 'a&b', limit: 25, offset: 25 }])
    assert.match(text, 'href="/runs?scenario=test&amp;outcome=NO_GO&amp;build=a%26b&amp;page=3"')
    assert.match(text, 'href="/runs?scenario=test&amp;outcome=NO_GO&amp;build=a%26b&amp;page=1"')
    assert.match(text, 'Page 2 of 3')
    assert.match(text, '<option value="NO_GO" selected>NO-GO</option>')
    assert.match(text, 'value="a&amp;b"')
  })

  test('says what is wrong with a row, and shows the others', async () => {
    const [first, second] = runs.map((run) => listedRun(run))
    const { status, text } = await ask('/runs', {
      listRuns: () =>
        Promise.resolve({ total: 2, runs: [{ ...first!, figures: null, valid: false }, second!] }),
    })

    assert.is(status, 200)
    assert.match(text, 'stored figures are broken')
    assert.match(text, 'measurement unreliable')
    assert.match(text, 'run-1')
  })

  test('names the runs that only have a folder', async () => {
    const { text } = await ask('/runs', {
      unindexedRuns: () => Promise.resolve([{ id: '20260110-1', scenario: 'elsewhere' }]),
    })

    assert.match(text, 'Runs on disk that are not in the history')
    assert.match(text, /<a href="\/runs\/20260110-1">20260110-1<\/a> of elsewhere/)
  })

  test('tells an empty history from a filter that lets nothing through, and from a page that is not there', async () => {
    assert.match((await ask('/runs')).text, 'No run is stored yet')
    assert.match((await ask('/runs?build=x')).text, 'No run is like that')
    const beyond = await ask('/runs?page=9', { listRuns: () => Promise.resolve({ total: 30, runs: [] }) })
    assert.match(beyond.text, 'There is no page 9: only 30 runs')
    assert.match(beyond.text, 'href="/runs?page=2"')
  })
})

describe('The page of a run', (test) => {
  test('shows what the history keeps once the record is gone', async () => {
    const { status, text } = await ask('/runs/run-1', {
      rememberedRun: known,
      placeOf: () => Promise.resolve({ build: 'build-1', previous: 'run-0', next: null }),
    })

    assert.is(status, 200)
    assert.match(text, 'The record of this run is gone')
    assert.match(text, /data-chart="[^"]*spectrum/)
    assert.match(text, /data-chart="[^"]*latency-over-time/)
    assert.match(text, 'href="/compare?a=run-0&amp;b=run-1"')
    assert.match(text, 'build-1')
    assert.not.match(text, 'After:')
  })

  test('shows the report while the record is there, with the files beside it', async () => {
    const record = aNightRecord(1)
    const { status, text } = await ask(`/runs/${record.runId}`, {
      runReport: () => Promise.resolve({ record, verdict: aStoredVerdict(record), baseline: null }),
      runFiles: () => Promise.resolve(['report.html', 'run.json', 'verdict.json']),
    })

    assert.is(status, 200)
    assert.match(text, `href="/runs/${record.runId}/files/run.json"`)
    assert.match(text, 'report.html')
    assert.match(text, 'Plan, hashes and environment')
    assert.equal([...text.matchAll(/<h1/g)].length, 1)
    assert.not.match(text, 'The record of this run is gone')
  })

  test('shows what the history keeps of a run whose record is broken, and says so', async () => {
    const { status, text } = await ask('/runs/run-1', {
      runReport: () => Promise.reject(BROKEN),
      rememberedRun: known,
    })

    assert.is(status, 200)
    assert.match(text, 'run.json is not a run record')
    assert.match(text, 'Percentiles')
  })

  test('is there, and says why it is empty, when all that is stored is broken', async () => {
    const { status, text } = await ask('/runs/run-1', {
      runReport: () => Promise.reject(BROKEN),
      rememberedRun: () => Promise.reject(BROKEN),
    })

    assert.is(status, 200)
    assert.is(text.split('run.json is not a run record').length, 2)
  })

  test('gives every file to be kept, also one that would run as a page', async () => {
    const runFile = (_id: string, name: string) =>
      Promise.resolve(name === 'other.txt' ? null : new TextEncoder().encode('<script>1</script>'))

    for (const name of ['report.html', 'run.json']) {
      const { status, headers, text } = await ask(`/runs/run-1/files/${name}`, { runFile })
      assert.is(status, 200)
      assert.is(text, '<script>1</script>')
      assert.is(headers.get('content-type'), 'application/octet-stream')
      assert.is(headers.get('content-disposition'), `attachment; filename="${name}"`)
      assert.is(headers.get('x-content-type-options'), 'nosniff')
    }
    assert.is((await ask('/runs/run-1/files/other.txt', { runFile })).status, 404)
  })
})

describe('The comparison of two runs', (test) => {
  const choices = { listRuns: () => Promise.resolve({ total: 2, runs: runs.map((run) => listedRun(run)) }) }
  const both = (a: HistoryRun, b: HistoryRun) => ({
    ...choices,
    rememberedRun: (id: string) => Promise.resolve([a, b].find((run) => run.id === id) ?? null),
  })

  test('puts figures, statistics and percentiles beside each other', async () => {
    const { status, text } = await ask('/compare?a=run-1&b=run-2', both(runs[1]!, runs[0]!))

    assert.is(status, 200)
    assert.match(text, 'Is the difference real?')
    assert.match(text, 'href="/compare?a=run-2&amp;b=run-1"')
    assert.match(text, /data-chart="[^"]*A run-1[^"]*B run-2/)
    assert.match(text, '<option value="run-1" selected>')
  })

  test('makes no statistics of what does not compare, and says why', async () => {
    const other = aHistoryRun(2, { loadHash: 'other' })
    const { status, text } = await ask('/compare?a=run-1&b=run-2', both(runs[1]!, other))

    assert.is(status, 200)
    assert.match(text, /Not comparable[\s\S]*Changed: the load/)
    assert.not.match(text, 'Is the difference real?')
  })

  test('warns of a run whose instrument was in doubt, and of a run beside itself', async () => {
    const doubted = aHistoryRun(2, { valid: false })
    assert.match((await ask('/compare?a=run-1&b=run-2', both(runs[1]!, doubted))).text, 'in doubt in run-2')
    assert.match(
      (await ask('/compare?a=run-1&b=run-1', both(runs[1]!, runs[0]!))).text,
      'A and B are the same run',
    )
  })

  test('refuses runs of two scenarios, and knows no run that is not there', async () => {
    const other = aHistoryRun(2, { scenario: 'another' })
    const refused = await ask('/compare?a=run-1&b=run-2', both(runs[1]!, other))
    assert.is(refused.status, 400)
    assert.match(refused.text, 'Only runs of one scenario compare')
    assert.is((await ask('/compare?a=run-1&b=nobody', both(runs[1]!, runs[0]!))).status, 404)
  })

  test('lets people choose when they have not', async () => {
    assert.match((await ask('/compare', choices)).text, 'Choose two runs of one scenario')
    assert.match((await ask('/compare')).text, 'A comparison needs two stored runs of one scenario')
  })

  test('draws one step when it is asked for', async () => {
    const steps = { ...runs[1]!.merged, other: runs[1]!.merged['step'] as string }
    const found = both({ ...runs[1]!, merged: steps }, { ...runs[0]!, merged: steps })
    const { text } = await ask('/compare?a=run-1&b=run-2&step=other', found)

    assert.match(text, '<option value="other" selected>')
    assert.match(text, 'Percentiles of step other')
  })
})

describe('The trend', (test) => {
  const points = Array.from({ length: 60 }, (_, i) => ({
    id: `run-${i}`,
    startedAt: new Date(Date.UTC(2026, 0, 1 + i)).toISOString(),
    build: `build-${i}`,
    session: `boot-${i}`,
    y: Math.log((i < 40 ? 100_000 : 130_000) * (1 + 0.02 * Math.sin(i * 7))),
    w: 1e-6,
  }))
  const found = {
    scenarios: () => Promise.resolve(['checkout']),
    stepsOf: () => Promise.resolve(['pay']),
    trend: () => Promise.resolve(points),
  }

  test('marks where the level changed, with the builds on either side', async () => {
    const { status, text } = await ask('/trend?scenario=checkout', found)

    assert.is(status, 200)
    assert.match(
      text,
      /Changed by \+\d\d\.\d %[\s\S]*run-39<\/a> \(build-39\)[\s\S]*run-40<\/a> \(build-40\)/,
    )
    assert.match(text, 'href="/compare?a=run-39&amp;b=run-40"')
    assert.match(text, /&quot;kind&quot;:&quot;change&quot;[^}]*&quot;x&quot;:39\.5/)
    // A label stands at its place in the list.
    assert.match(text, /&quot;x&quot;:\[0,1,2,/)
    assert.match(text, /The newest run against the first ten sessions \(10 sessions\): worse, three nights/)
  })

  test('asks for the metric and the step of the form', async () => {
    const asked: unknown[] = []
    await ask('/trend?scenario=checkout&metric=throughput&step=pay&last=50', {
      ...found,
      trend(query) {
        asked.push(query)
        return Promise.resolve([])
      },
    })

    assert.equal(asked, [{ scenario: 'checkout', metric: 'throughput', step: 'pay', limit: 50 }])
  })

  test('says so when there is nothing to follow, and knows no scenario that is not there', async () => {
    assert.match((await ask('/trend')).text, 'then its trend is shown here')
    const empty = await ask('/trend?scenario=checkout&step=nobody', { ...found, trend: async () => [] })
    assert.match(empty.text, 'no valid run of checkout with a step nobody')
    assert.is((await ask('/trend?scenario=nobody', found)).status, 404)
  })
})

describe('The page about baselines', (test) => {
  const { id, startedAt, build, outcome, summaries, merged, intervals, scenarioHash, loadHash, environment } =
    aHistoryRun(1)
  const approved = { at: '2026-02-01T09:30:00.000Z', by: 'ada', reason: 'release 2.4' }
  const baseline = {
    schemaVersion: 1 as const,
    scenario: 'test',
    name: 'main',
    ...{ scenarioHash, loadHash, environment },
    noise: { p99: { s0: 0.05, d0: 4, sessions: 5 } },
    runs: [{ id, session: 'one', startedAt, build, outcome, approved, summaries, merged, intervals }],
  }
  const entry = { scenario: 'test', name: 'main', baseline, problem: '', newest: null }

  test('says who approved what, when and why, and whether the newest run still compares', async () => {
    const comparable = { ...entry, newest: { id: 'run-9', differences: [] } }
    const { text } = await ask('/baselines', { listBaselines: () => Promise.resolve([comparable]) })

    assert.match(text, /<td>ada<\/td>[\s\S]*2026-02-01 09:30:00 UTC[\s\S]*<td>release 2.4<\/td>/)
    assert.match(text, 'compares with it')
    assert.match(text, 'p99 5.0 %')
    const changed = { ...entry, newest: { id: 'run-9', differences: ['cores (2, now 64)'] } }
    const other = await ask('/baselines', { listBaselines: () => Promise.resolve([changed]) })
    assert.match(other.text, 'does not compare with it. Changed: cores (2, now 64)')
  })

  test('says what is wrong with one, and shows the others', async () => {
    const broken = { ...entry, name: 'old', baseline: null, problem: 'old.json is not a baseline' }
    const { status, text } = await ask('/baselines', {
      listBaselines: () => Promise.resolve([broken, entry]),
    })

    assert.is(status, 200)
    assert.match(text, 'old.json is not a baseline')
    assert.match(text, '<td>ada</td>')
  })

  test('says how to make one when there is none', async () => {
    assert.match((await ask('/baselines')).text, 'proofload baseline approve')
  })
})

describe('The page about capacity', (test) => {
  const interval = (agents: number, okCount: number) => ({
    agents,
    seconds: 4,
    okCount,
    errorCount: 0,
    hdr: null,
  })
  const found = (
    loads: readonly (readonly [number, number])[],
    leftOut: { id: string; why: string }[] = [],
  ) => ({
    scenarios: () => Promise.resolve(['test']),
    loadedRuns: () =>
      Promise.resolve({
        runs: [
          {
            id: 'run-1',
            build: 'b1',
            model: 'open' as const,
            intervals: loads.map(([agents, rate]) => interval(agents, 4 * rate)),
          },
        ],
        leftOut,
      }),
  })
  /** A system whose peak lies at 48.7 agents. */
  const USL = [1, 2, 4, 8, 16, 32, 64, 96].map(
    (n) => [n, (20 * n * (1 + 0.005 * Math.sin(n))) / (1 + 0.05 * (n - 1) + 0.0004 * n * (n - 1))] as const,
  )

  test('names the peak that the loads show, with the law behind it and its standard errors', async () => {
    const { status, text } = await ask('/capacity?scenario=test', found(USL))

    assert.is(status, 200)
    assert.match(text, /Throughput peaks at about (4[5-9]|5[0-2]) agents/)
    assert.match(text, /0\.0\d+ ± 0\.0/)
    assert.match(text, /data-chart="[^"]*throughput-by-agents/)
    assert.match(text, 'In an open model agents follow the arrivals')
  })

  test('says so when there are too few loads, and which runs were left out', async () => {
    const few = found(
      [[10, 50]],
      [
        { id: 'run-2', why: 'the measurement was unreliable' },
        { id: 'run-3', why: 'the measurement was unreliable' },
      ],
    )
    const { text } = await ask('/capacity?scenario=test', few)

    assert.match(text, 'Not enough data to find the limit of throughput: 1 load held')
    assert.match(text, '2 runs, the measurement was unreliable')
    assert.not.match(text, 'data-chart')
  })

  test('lists the searches that were made, as text, and starts one where scenarios may be started', async () => {
    const unconfirmed = aHistorySearch(4, { scenario: '<b>x</b>', by: 'agents' })
    const searches = [
      { ...unconfirmed, answer: { ...unconfirmed.answer, safe: null, capacity: null } },
      aHistorySearch(3),
    ]
    const listed = { listSearches: async () => searches }
    const { text } = await ask('/capacity', listed)
    assert.match(text, '<a href="/capacity/capacity-3">capacity-3</a>')
    assert.match(text, /7\d\d req\/s \(6\d\d to 7\d\d\)/)
    assert.match(text, '&lt;b&gt;x&lt;/b&gt;')
    assert.not.match(text, 'search-form')
    const startable = { ...listed, startable: async () => ['checkout.ts', '<i>.yaml'] }
    const { text: form } = await ask('/capacity', startable)
    assert.match(form, 'id="search-form"')
    assert.match(form, '<option value="&lt;i&gt;.yaml"')
  })

  test('has something to say without any run, and knows no scenario that is not there', async () => {
    assert.match((await ask('/capacity')).text, 'then its capacity is shown here')
    assert.is((await ask('/capacity?scenario=nobody', found(USL))).status, 404)
    const none = { ...found(USL), loadedRuns: async () => ({ runs: [], leftOut: [] }) }
    assert.match((await ask('/capacity', none)).text, 'No run of it has both')
  })
})

describe('Every page about stored runs', (test) => {
  const hostile: Partial<HistorySources> = {
    scenarios: () => Promise.resolve([HOSTILE]),
    listRuns: () => {
      const run = aHistoryRun(1, { id: HOSTILE, scenario: HOSTILE, build: HOSTILE, startedAt: HOSTILE })
      return Promise.resolve({ total: 1, runs: [listedRun(run)] })
    },
    unindexedRuns: () => Promise.resolve([{ id: HOSTILE, scenario: HOSTILE }]),
    rememberedRun: (id) => {
      const run = aHistoryRun(1, { id, scenario: HOSTILE, build: HOSTILE, startedAt: HOSTILE })
      const reason = aReason(HOSTILE, HOSTILE)
      const merged = { [HOSTILE]: run.merged['step'] ?? '', step: run.merged['step'] ?? '' }
      const summaries = { ...run.summaries, steps: { [HOSTILE]: run.summaries.all } }
      return Promise.resolve({
        ...run,
        merged,
        summaries,
        verdict: { ...run.verdict, reasons: [reason], cautions: [reason], files: { [HOSTILE]: HOSTILE } },
      })
    },
    runFiles: () => Promise.resolve([HOSTILE]),
    placeOf: () => Promise.resolve({ build: HOSTILE, previous: HOSTILE, next: HOSTILE }),
    stepsOf: () => Promise.resolve([HOSTILE]),
    trend: () =>
      Promise.resolve(
        [1, 2, 3].map((i) => ({
          id: HOSTILE,
          startedAt: HOSTILE,
          build: HOSTILE,
          session: `${i}`,
          y: i,
          w: 1,
        })),
      ),
    listBaselines: () =>
      Promise.resolve([
        {
          scenario: HOSTILE,
          name: HOSTILE,
          baseline: null,
          problem: HOSTILE,
          newest: { id: HOSTILE, differences: [HOSTILE] },
        },
      ]),
    loadedRuns: () =>
      Promise.resolve({
        runs: [{ id: HOSTILE, build: HOSTILE, model: 'closed', intervals: [] }],
        leftOut: [{ id: HOSTILE, why: HOSTILE }],
      }),
  }

  test('keeps hostile text as text', async () => {
    for (const path of PATHS) {
      const { status, text } = await ask(path, hostile)
      assert.is(status, 200, path)
      assert.not.match(text, '<script>alert', path)
      assert.not.match(text.replaceAll(/<(script|link|meta)[^>]*>/g, ''), /style="|\son\w+="/, path)
      assert.match(text, '&lt;script&gt;alert(&quot;1&quot;)', path)
    }
  })

  test('shows text that turns the direction of reading as what it is', async () => {
    for (const path of PATHS) {
      const { text } = await ask(path, hostile)
      // Values of options and inputs have to stay as they are; what is read has not.
      const read = text.replaceAll(/<[^>]*>/g, '')
      assert.not.match(read, '\u202e', path)
    }
  })

  test('has one first heading, no level left out, and tables with names and scopes', async () => {
    for (const path of PATHS) {
      const { text } = await ask(path, { ...hostile })
      const levels = [...text.matchAll(/<h(\d)/g)].map(([, level]) => Number(level))
      assert.is(levels.filter((level) => level === 1).length, 1, path)
      for (const [i, level] of levels.entries())
        assert.ok(level <= (levels[i - 1] ?? 0) + 1, `${path}: ${levels}`)
      const count = (pattern: RegExp) => [...text.matchAll(pattern)].length
      assert.is(count(/<table>/g), count(/<div class="scroll" role="region"[^>]* aria-label="[^"]+"/g), path)
      assert.is(count(/<th /g), count(/<th scope="(col|row)"/g), path)
    }
  })

  test('refuses what cannot be asked, with all that is wrong', async () => {
    for (const path of [
      '/runs?page=0',
      '/runs?page=none',
      '/runs?outcome=MAYBE',
      `/runs?build=${'x'.repeat(300)}`,
      `/runs/${'x'.repeat(300)}`,
      '/trend?metric=p42',
      '/trend?last=100000',
      `/compare?a=${'x'.repeat(300)}`,
      `/capacity?scenario=${'x'.repeat(300)}`,
    ])
      assert.is((await ask(path)).status, 400, path)
    assert.match((await ask('/runs?page=0&outcome=MAYBE')).text, /outcome:[\s\S]*page:/)
  })

  test('knows no run that is not there, and says it without running its name', async () => {
    const { status, text } = await ask(`/runs/${encodeURIComponent('<script>alert(1)</script>')}`)

    assert.is(status, 404)
    assert.match(text, 'There is no run &lt;script&gt;alert(1)')
  })

  test('says what is broken where nothing else can be shown, and leaves bugs to who serves it', async () => {
    const broken = await ask('/baselines', { listBaselines: () => Promise.reject(BROKEN) })
    assert.is(broken.status, 500)
    assert.match(broken.text, 'run.json is not a run record. Run it again.')
    let thrown: unknown
    try {
      await ask('/baselines', { listBaselines: () => Promise.reject(new TypeError('a bug')) })
    } catch (error) {
      thrown = error
    }
    assert.match((thrown as Error).message, 'a bug')
  })

  test('show who is in a pool and which runs are driven there, and how to name one', async () => {
    const worker = { worker: 'eu-1', state: 'running', run: 'r-1', threads: 3, cores: 4, proofload: '0.1.0' }
    const workers = [
      { ...worker, unusable: 'drives r-1' },
      { ...worker, worker: 'eu-2', threads: 2, unusable: 'drives r-1' },
      { ...worker, worker: '<b>', state: 'idle', run: null, unusable: null },
    ]
    const { text } = await ask('/pool', { pool: () => Promise.resolve({ broker: 'NATS 2.9', workers }) })
    assert.match(text, 'NATS 2.9: 3 workers, 1 run under way')
    assert.match(text, /r-1<\/th>\s*<td[^>]*>2<\/td>\s*<td[^>]*>5</)
    assert.match(text, 'no, it drives r-1')
    assert.not(text.includes('<b>'))
    assert.match((await ask('/pool', {})).text, 'proofload serve --on')
  })
})
