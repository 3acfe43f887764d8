import * as assert from 'uvu/assert'
import { qualificationReports } from '../../../harness/app/qualification/qualification-reports.ts'
import type { QualificationRecord } from '../../../harness/model/qualification.ts'
import { highlightsOf } from '../../../harness/reporters/qualification/highlights.ts'
import { qualificationJunit } from '../../../harness/reporters/qualification/qualification-junit.ts'
import { qualificationMarkdown } from '../../../harness/reporters/qualification/qualification-markdown.ts'
import { aNightOfQualification } from '../../kit/qualification-night.ts'
import { aQualification, aQualificationItem, aQualifiedActivity } from '../../kit/qualifications.ts'
import { describe } from '../../kit/suite.ts'

const HOSTILE = '</td><script>alert("1")</script>|@everyone ]]>\u202e'
const night = aNightOfQualification()
const render = async (name: string, record: QualificationRecord) =>
  String(await qualificationReports.get(name).render(record))
const count = (text: string, part: string) => text.split(part).length - 1

describe('highlightsOf', (test) => {
  test('names the best margin, the worst margin and the biggest change', () => {
    assert.equal(
      highlightsOf(night).map(({ what, activity, item }) => [what, activity, item]),
      [
        ['best margin', 'hours', 'error_ratio <= 1%'],
        ['worst margin', 'hours', 'p99(response_time) < 250ms'],
        ['biggest change', 'hours', 'p99(response_time) < 250ms'],
      ],
    )
    assert.match(highlightsOf(night)[1]?.text ?? '', '64.8 % beyond its bound (412ms, bound < 250ms)')
    assert.match(highlightsOf(night)[2]?.text ?? '', '+117 % since the last qualification: 190ms to 412ms')
  })

  test('does not call one figure the best and the worst, and has nothing without figures', () => {
    const one = aQualification({ activities: [aQualifiedActivity()] })
    assert.equal(
      highlightsOf(one).map(({ what }) => what),
      ['worst margin', 'biggest change'],
    )
    const items = [aQualificationItem({ measured: null })]
    assert.equal(highlightsOf(aQualification({ activities: [aQualifiedActivity({ items })] })), [])
  })
})

describe('The Markdown of a qualification', (test) => {
  test('begins with the verdict and the chain that decided', () => {
    const lines = qualificationMarkdown(night).split('\n\n')

    assert.is(lines[0], '# ❌ Qualification release-qualification')
    assert.match(lines[1] ?? '', 'NO-GO: in performance')
    assert.match(lines[2] ?? '', 'Decided by: approve skipped')
    assert.match(qualificationMarkdown(night), '| performance | 1 of 3 |')
  })

  test('says what to do about violations, and says nothing of them when there are none', () => {
    assert.match(
      qualificationMarkdown(night),
      /## What to look at, the worst first[\s\S]*\| 1 \| critical \| 7\.2 \| hours \|[^\n]*Look at component policy/,
    )
    assert.not.match(qualificationMarkdown(aQualification()), 'What to look at')
  })

  test('fits a comment, whatever the number of activities is', () => {
    const activities = Array.from({ length: 5_000 }, (_, i) =>
      aQualifiedActivity({ name: `activity-${i}`, chain: ['x'.repeat(500)] }),
    )
    const text = qualificationMarkdown(aQualification({ activities }))

    assert.ok(text.length < 65_536, String(text.length))
    assert.match(text, '✅')
  })
})

describe('The JUnit of a qualification', (test) => {
  test('has a suite for each stage, a case for each item, and no pass for what did not run', () => {
    const text = qualificationJunit(night)

    // Besides the stages there is the suite of the verdict.
    assert.is(count(text, '<testsuite '), 4)
    assert.is(count(text, '<testcase '), 9)
    assert.is(count(text, '<failure'), 2)
    assert.is(count(text, '<error'), 1)
    assert.is(count(text, '<skipped'), 3)
    assert.match(text, 'ran on proofload sandbox')
  })

  test('is green for a GO', () => {
    const text = qualificationJunit(aQualification())
    assert.is(count(text, '<failure') + count(text, '<error') + count(text, '<skipped'), 0)
  })
})

describe('The reports of a qualification', (test) => {
  test('show the verdict, the chain, the pictures and a link for each run', async () => {
    const text = await render('html', night)

    assert.match(text, '<p class="badge bad">NO-GO</p>')
    assert.ok(text.indexOf('class="chain"') < text.indexOf('id="gantt"'))
    assert.match(text, 'href="./runs/hours-1/report.html"')
    assert.match(text, 'aria-label="incident-response-drill: skipped, did not run"')
    assert.is(count(text, 'class="node '), 7)
  })

  test('take no text of outside for a tag, a column or an address', async () => {
    const activity = aQualifiedActivity({
      name: HOSTILE,
      what: HOSTILE,
      chain: [HOSTILE],
      files: { [HOSTILE]: `javascript:${HOSTILE}` },
      items: [aQualificationItem({ label: HOSTILE, message: HOSTILE })],
    })
    const { verdict } = night
    const record = aQualification({
      activities: [activity],
      verdict: { ...verdict, message: HOSTILE, chain: [HOSTILE] },
    })
    const page = await render('html', record)
    assert.not.match(page, '<script>alert')
    assert.match(page, 'href="./javascript%3A')
    assert.not.match(qualificationMarkdown(record), / @everyone/)
    assert.not.match(qualificationJunit(record), '<script>alert("1")</script>|@everyone ]]>')
    for (const text of [page, qualificationMarkdown(record), qualificationJunit(record)])
      assert.not.match(text, '\u202e')
  })
})
