import { element } from '../dom.ts'

/** The colours of a picture, with what each stands for. */
export function colourKey(
  entries: readonly { readonly label: string; readonly colour: string }[],
): HTMLElement {
  const items = entries.map(({ label, colour }) => {
    const swatch = element('i', 'chart-swatch')
    swatch.style.background = colour
    return element('li', '', swatch, label)
  })
  return element('ul', 'chart-key', ...items)
}
