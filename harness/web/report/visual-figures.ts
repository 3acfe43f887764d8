/** Pictures of wrong pages that are part of the report itself. */
import { html } from 'hono/html'
import { formatAmount } from '../../base/units.ts'
import { visible } from '../../base/visible.ts'
import type { VisualResult } from '../../model/visual.ts'
import type { Html } from '../html.ts'

/** A picture that a page can hold. */
export interface InlinePicture {
  /** Name of the visual. */
  readonly visual: string
  /** The kind of picture: `difference`. */
  readonly what: string
  /** `data:image/...` */
  readonly uri: string
}

/** Pictures of everything that differs in a run. */
export interface ReportPictures {
  readonly shown: readonly InlinePicture[]
  /** There is no room for them, or they cannot be drawn. */
  readonly leftOutCount: number
}

export const NO_PICTURES: ReportPictures = { shown: [], leftOutCount: 0 }

/** Pictures with what was found in each; nothing where there is none. */
export function visualFigures(
  { shown, leftOutCount }: ReportPictures,
  visuals: readonly VisualResult[],
): Html {
  if (shown.length + leftOutCount === 0) return html``
  const foundIn = (name: string) =>
    (visuals.find((visual) => visual.name === name)?.findings ?? []).map(({ message }) => message).join('; ')
  return html`<section class="pictures" aria-label="Pictures that differ">
${shown.map((picture) => pictureFigure(picture, foundIn(picture.visual)))}${
  leftOutCount === 0
    ? ''
    : html`<p class="muted">${formatAmount(leftOutCount, 'picture')} left out here; see <code>visual/</code> in the folder of the run.</p>
`
}</section>
`
}

function pictureFigure({ visual, what, uri }: InlinePicture, found: string): Html {
  const title = `${visible(visual)}: ${what}`
  return html`<figure class="picture"><figcaption><strong>${title}</strong></figcaption>
<img src="${uri}" alt="${title}. ${visible(found)}"></figure>
`
}
