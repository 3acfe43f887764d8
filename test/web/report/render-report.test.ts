import { createHash } from 'node:crypto'
import * as assert from 'uvu/assert'
import { runCharts } from '../../../harness/charts/run-charts.ts'
import { renderHtmlReport } from '../../../harness/web/report/render-report.ts'
import { NO_PICTURES, type ReportPictures } from '../../../harness/web/report/visual-figures.ts'
import { aLongRun } from '../../kit/long-record.ts'
import { describe } from '../../kit/suite.ts'
import {
  aBadRun,
  aGoodRun,
  aHostileRun,
  anInvalidRun,
  aRegressedRun,
  aSuspectRun,
  aWrongPageRun,
  type JudgedRecord,
} from '../../kit/verdicts.ts'

/** As long as what the build bundles, and with what would end a script too early. */
const ASSETS = {
  report: `const end = '</script>'; ${' '.repeat(70_000)}`,
  dashboard: '',
  style: `body { margin: 0 } ${' '.repeat(8_000)}`,
}

function render(run: JudgedRecord, pictures: ReportPictures = NO_PICTURES): Promise<string> {
  return renderHtmlReport({
    ...run,
    charts: runCharts({ ...run, baseline: null }),
    assets: ASSETS,
    pictures,
  })
}

/** Text between two marks, both left out. */
function between(text: string, from: string, to: string): string {
  const start = text.indexOf(from) + from.length
  return text.slice(start, text.indexOf(to, start))
}

const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

/** Names of the elements, in order. */
const elementsOf = (page: string) => [...page.matchAll(/<([a-z][a-z0-9]*)[\s>]/g)].map(([, name]) => name)

describe('The HTML report', (test) => {
  test('lets nothing run, be drawn or be fetched that is not its own', async () => {
    const page = await render(aGoodRun())

    const policy = between(page, 'Content-Security-Policy" content="', '"')
    assert.match(policy, "default-src 'none'")
    assert.match(policy, `script-src ${hashOf(between(page, '<script>', '</script>'))};`)
    assert.match(policy, `style-src ${hashOf(between(page, '<style>', '</style>'))};`)
    assert.not.match(page, /<[^>]+ (src|style|on\w+)=/)
    assert.equal(
      [...page.matchAll(/<link [^>]*href="([^"]*)"/g)].map(([, href]) => href),
      ['data:,'],
    )
  })

  test('says first the outcome, then what failed, where, since when and how sure that is', async () => {
    const page = await render(aRegressedRun())

    const first = between(page, '<main id="main">', 'id="tables"')
    const order = [
      'NO-GO',
      'p99(response_time{step=ask})',
      'step ask',
      'since 12s',
      'without a break',
      'data-chart',
    ]
    const places = order.map((text) => first.indexOf(text))
    assert.ok(places.every((place) => place >= 0))
    assert.equal(
      [...places].sort((a, b) => a - b),
      places,
    )
    assert.is(first.split('data-chart=').length - 1, 2)
  })

  test('has one card for all that was found about one objective', async () => {
    const page = await render(aRegressedRun())

    const titles = [...page.matchAll(/<li class="reason"><h2>([^<]*)</g)].map(([, title]) => title)
    assert.is(new Set(titles).size, titles.length)
  })

  test('puts the reasons in the order of the risks', async () => {
    const run = aBadRun()

    const page = await render(run)

    const titles = [...page.matchAll(/<li class="reason"><h2>([^<]*)</g)].map(([, title]) => title)
    assert.equal(
      titles,
      run.verdict.risks.map(({ expect }) => expect.replaceAll('<', '&lt;')),
    )
  })

  test('has the headline under the verdict, and what the rollback did', async () => {
    const page = await render(aRegressedRun())

    assert.match(page, '<p class="headline">p99 regressed against main: +1230.0 %')
    assert.match(page, '<strong>System:</strong> rolled back, system healthy.')
  })

  test('does not show a possible regression as good', async () => {
    assert.match(await render(aSuspectRun()), '<p class="badge doubt">GO, 1 warning</p>')
  })

  test('says why nothing can be said, and what to know', async () => {
    const page = await render(anInvalidRun())

    assert.match(page, '<p class="badge doubt">INCONCLUSIVE</p>')
    assert.match(between(page, 'id="cautions"', '</section>'), 'p50 response time was 20ms')
  })

  test('holds every table, the slowest requests, the plan and its hashes', async () => {
    const page = await render(aLongRun(1))

    for (const title of [
      'Objectives',
      'Breaches while load ran',
      'Response time by step',
      'Time by component (as the target reports it)',
      'Generator',
      'Slowest request of each step',
      'Plan, hashes and environment',
      'Environment',
    ])
      assert.match(page, `>${title}<`)
    assert.match(page, '4bf92f3577b34da6a3ce929d0e0e4730')
    assert.match(page, '<noscript>')
  })

  test('tells every chart in words where nothing draws it', async () => {
    const page = await render(aGoodRun())

    const charts = page.split('class="chart-host"').slice(1)
    assert.ok(charts.length > 5)
    for (const chart of charts) assert.match(chart, /<p class="chart-words">[^<]{20}/)
  })

  test('keeps what is from outside as text, in tables, attributes and figures of charts', async () => {
    const step = `</script><script>alert(1)</script> "'><img src=x onerror=alert(2)>`
    const { record, verdict } = aHostileRun()
    const page = await render({
      record: { ...record, notes: [step] },
      verdict: { ...verdict, scenario: step },
    })

    assert.equal(
      elementsOf(page).filter((name) => name === 'script'),
      ['script'],
    )
    assert.not.ok(elementsOf(page).includes('img'))
    assert.match(page, '&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt; &quot;&#39;&gt;&lt;img')
    assert.not.match(page.replaceAll('\n', ''), /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u)
  })

  test('keeps the figures of charts whole through all that escaping', async () => {
    const run = aHostileRun()

    const page = await render(run)

    const [encoded = ''] = [...page.matchAll(/data-chart="([^"]*)"/g)].map(([, text]) => text)
    const decoded = encoded.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>')
    const chart = JSON.parse(decoded.replaceAll('&#39;', "'").replaceAll('&amp;', '&'))
    const { first } = runCharts({ ...run, baseline: null })
    assert.equal(chart.x, (first[0] as { x?: unknown }).x)
  })

  test('leads to a runbook only where that is a web address', async () => {
    const { record, verdict } = aBadRun()
    const risks = verdict.risks.map((risk) => ({ ...risk, runbook: 'javascript:alert(1)' }))

    const page = await render({ record, verdict: { ...verdict, risks } })

    assert.not.match(page, /href="javascript/)
    assert.match(page, '<dd>javascript:alert(1)</dd>')
  })

  test('says of a wrong picture what is wrong with it, and shows it in place of charts', async () => {
    const picture = { visual: 'homepage', what: 'difference', uri: 'data:image/webp;base64,UklGRg==' }
    const page = await render(aWrongPageRun(), { shown: [picture], leftOutCount: 2 })

    const first = between(page, '<main id="main">', 'id="tables"')
    assert.match(first, '<dt>Seen</dt><dd>worst tile -0.339 at 64,136 in frame 1, bound &gt;= 0.8; colour')
    assert.not.match(first, '<dt>Since</dt>')
    assert.match(
      first,
      '<img src="data:image/webp;base64,UklGRg==" alt="homepage: difference. worst tile -0.339',
    )
    assert.match(first, '2 pictures left out here')
    assert.not.match(first, 'data-chart=')
    assert.match(page, 'id="chart-latency-over-time"')
    assert.match(between(page, 'Content-Security-Policy" content="', '"'), 'img-src data:;')
  })

  test('keeps its charts where there is no picture to show', async () => {
    const first = between(await render(aWrongPageRun()), '<main id="main">', 'id="tables"')

    assert.is(first.split('data-chart=').length - 1, 2)
    assert.not.match(first, '<img')
  })

  for (const hours of [1, 24])
    test(`has less than 500 kB after a run of ${hours} h`, async () => {
      const page = await render(aLongRun(hours))

      assert.ok(page.length < 500_000)
      assert.ok(page.split('data-chart=').length > 14)
    })
})
