import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import sharp from 'sharp'
import * as assert from 'uvu/assert'
import { renderSvg } from '../../harness/reporters/pictures/svg.ts'
import { textWidthPx } from '../../harness/reporters/pictures/text.ts'
import { createPngWriter } from '../../harness/store/png.ts'
import { aHeatMap, aLineChart, aWaterfall } from '../kit/charts.ts'
import { describe } from '../kit/suite.ts'

const run = promisify(execFile)
const MODULE = new URL('../../harness/store/png.ts', import.meta.url)
const CHAT_BYTES_MAX = 100_000

describe('A PNG of a picture', (test) => {
  for (const chart of [aLineChart(), aHeatMap(), aWaterfall()])
    test(`shows ${chart.kind} opaque, at twice the size, in few bytes`, async () => {
      const { svg, widthPx, heightPx } = await renderSvg(chart)
      const toPng = await createPngWriter()

      const png = await toPng(svg)

      const { format, width, height, isPalette } = await sharp(png).metadata()
      const { channels, entropy, isOpaque } = await sharp(png).stats()
      assert.is(format, 'png')
      assert.is(isPalette, true)
      assert.equal([width, height], [2 * widthPx, 2 * heightPx])
      assert.is(isOpaque, true)
      assert.ok(entropy > 0.1 && channels.every(({ stdev }) => stdev > 5), 'not blank')
      assert.ok(png.length < CHAT_BYTES_MAX, `${png.length} bytes`)
    })

  test('is the same for the same picture', async () => {
    const { svg } = await renderSvg(aLineChart())
    const toPng = await createPngWriter()

    assert.equal(await toPng(svg), await toPng(svg))
  })

  test('has text of the widths that the layout supposes', async () => {
    const toPng = await createPngWriter()
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="400" height="40"><text y="30" font-size="20" font-family="DejaVu Sans, Verdana, sans-serif">p99(response_time) under 100ms</text></svg>`

    const { info } = await sharp(await toPng(svg))
      .trim()
      .toBuffer({ resolveWithObject: true })

    assert.ok(Math.abs(info.width / 2 - textWidthPx('p99(response_time) under 100ms', 20)) < 6)
  })

  test('is refused with a way out where there are no fonts', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'no-fonts-'))
    try {
      writeFileSync(join(folder, 'fonts.conf'), '<fontconfig></fontconfig>')
      const code = `import { createPngWriter } from ${JSON.stringify(MODULE.href)}
        await createPngWriter().catch(({ code, hint }) => console.log(code, hint))`
      const env = { ...process.env, FONTCONFIG_FILE: join(folder, 'fonts.conf') }

      const args = ['--import', 'tsx', '--input-type=module', '--eval', code]
      const { stdout } = await run(process.execPath, args, { env })

      assert.match(stdout, /^FONTS_MISSING .*fonts-dejavu-core/)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
