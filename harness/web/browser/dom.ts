/** The few things the page's scripts do to its elements. All text goes in as text. */

/** An element that the page has by its frame. */
export function byId<E extends HTMLElement>(id: string, kind: new () => E): E {
  const found = document.getElementById(id)
  if (found instanceof kind) return found
  throw new Error(`the page has no ${kind.name} #${id}`)
}

export function setText(node: Element, text: string): void {
  if (node.textContent !== text) node.textContent = text
}

/** A colour and a sign by meaning: see `live.css`. */
export function setTone(node: HTMLElement, tone: string): void {
  if (node.dataset['tone'] !== tone) node.dataset['tone'] = tone
}

/** A new element with these children. */
export function element(tag: string, className: string, ...children: (Element | string)[]): HTMLElement {
  const made = document.createElement(tag)
  if (className !== '') made.className = className
  made.append(...children)
  return made
}

/** Gives an element as many children as items, each brought up to date; those that stay keep their place and their focus. */
export function renderEach<T>(
  parent: Element,
  items: readonly T[],
  create: () => HTMLElement,
  update: (child: HTMLElement, item: T) => void,
): void {
  while (parent.children.length > items.length) parent.lastElementChild?.remove()
  while (parent.children.length < items.length) parent.append(create())
  items.forEach((item, i) => {
    update(parent.children[i] as HTMLElement, item)
  })
}
