/** What tests ask of an element inside the page. Tests are compiled without the browser's types, and React's know an element by its name only. */
interface Element {
  getAttribute(name: string): string | null
  querySelector(selector: string): Element | null
  getBoundingClientRect(): { readonly x: number; readonly y: number; readonly width: number; readonly height: number }
}
