/** Charts as pictures for mail and chat. */
import type { Chart } from '../../model/chart.ts'
import { renderSvg } from '../../reporters/pictures/svg.ts'
import { createPngWriter } from '../../store/png.ts'

/** Renders each chart as a PNG file with its id for a name. @throws HarnessError FONTS_MISSING */
export async function renderPictures(
  charts: readonly Chart[],
): Promise<{ readonly name: string; readonly bytes: Uint8Array }[]> {
  const toPng = await createPngWriter()
  const files = []
  for (const chart of charts) {
    const { svg } = await renderSvg(chart)
    files.push({ name: `${chart.id}.png`, bytes: await toPng(svg) })
  }
  return files
}
