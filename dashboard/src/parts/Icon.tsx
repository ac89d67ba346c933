/** Icons on a 24 grid, 2 px line, of our own. */
const paths = {
  alarms: 'M6 17V11a6 6 0 0 1 12 0v6l1.5 1.5h-15zM10 21h4',
  equipment: 'M4 20V10l5 3v-3l5 3V5h5v15z',
  plan: 'M4 4h16v16H4zM4 11h7M11 4v10M11 18v2M15 13h5',
  orders: 'M6 3h12v18H6zM9 8h6M9 12h6M9 16h3',
  runbooks: 'M4 5l1.5 1.5L8 4M4 12l1.5 1.5L8 11M4 19l1.5 1.5L8 18M11 6h9M11 13h9M11 20h9',
  readings: 'M4 5h16v14H4zM7 9h2.5v4H7zM11 9h2.5v4H11zM15 9h2v4h-2zM7 16h10',
  consumption: 'M4 20h16M6 20v-7h3v7M11 20V5h3v15M16 20v-10h3v10',
  trends: 'M4 4v16h16M7 15l4-5 3 3 5-7',
  settings: 'M4 7h9M17 7h3M4 12h3M11 12h9M4 17h11M19 17h1M15 5v4M9 10v4M17 15v4',
  doors: 'M6 21V3h10v18M4 21h16M13 12h.01',
  passes: 'M4 5h16v14H4zM8.5 8.5a2 2 0 1 1 0 4 2 2 0 0 1 0-4M5.5 17c.4-2 1.5-3 3-3s2.6 1 3 3M14.5 9.5h3M14.5 13h3',
  registers: 'M5 3h14v18H5zM9 3v18M12 8h4M12 12h4M2.5 7.5h4M2.5 12h4M2.5 16.5h4',
  visits: 'M9 4a3.5 3.5 0 1 1 0 7 3.5 3.5 0 0 1 0-7zM3 20c.4-4 2.6-6 6-6s5.6 2 6 6M16 9h5M18.5 6.5v5',
  permits: 'M6 3h9l4 4v14H6zM14 3v5h5M9 13l2 2 4-4',
  runrecords: 'M4 4h16v16H4zM4 9h16M4 14h16M9 4v16M14.5 9v11',
  rounds:
    'M7 4a3 3 0 0 1 3 3c0 2-3 5-3 5S4 9 4 7a3 3 0 0 1 3-3zM17 12a3 3 0 0 1 3 3c0 2-3 5-3 5s-3-3-3-5a3 3 0 0 1 3-3zM8 16c2 3 4 3 5 3M13 7c3 0 4 1 4 3',
  circle: 'M12 4a8 8 0 1 1 0 16 8 8 0 0 1 0-16z',
  handover: 'M4 8h12M12 4l4 4-4 4M20 16H8M12 12l-4 4 4 4',
  fire: 'M12 3c1 4 5 5.5 5 10.5a5 5 0 0 1-10 0C7 11 8.5 9.5 9 8c1 1 1.5 2 1.5 3C12 9 12.5 6 12 3z',
  brand: 'M4 21V5l8-2.5L20 5v16M9 21v-9h6v9',
  search: 'M10.5 4a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13zM15.5 15.5 20 20',
  lock: 'M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3',
  clock: 'M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17zM12 7.5V12l3 2',
  check: 'M4.5 12.5 10 18 20 6.5',
  x: 'M5.5 5.5l13 13M18.5 5.5l-13 13',
  off: 'M3 3l18 18M5 10a11 11 0 0 1 4-2.5M19 10a11 11 0 0 0-6-3M8 13.5a6.5 6.5 0 0 1 3-1.5M12 18h.01M15 13l1 .6',
  link: 'M5 10a11 11 0 0 1 14 0M8 13.5a6.5 6.5 0 0 1 8 0M12 18h.01',
  person: 'M12 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM4.5 21c.5-4.5 3.5-6.5 7.5-6.5s7 2 7.5 6.5',
  pause: 'M8 5v14M16 5v14',
  camera: 'M4 7h4l1.5-2.5h5L16 7h4v12H4zM12 10a3 3 0 1 1 0 6 3 3 0 0 1 0-6',
  plus: 'M12 5v14M5 12h14',
  minus: 'M5 12h14',
  help: 'M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17zM9.5 9.5a2.5 2.5 0 1 1 3.5 2.3c-.7.3-1 .9-1 1.7M12 16.8h.01',
  sun: 'M12 8a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM12 3v2M12 19v2M3 12h2M19 12h2M6 6l1 1M17 17l1 1M6 18l1-1M17 7l1-1',
  warn: 'M12 4l9 16H3zM12 10v4M12 17h.01',
  left: 'M15 5l-7 7 7 7',
  right: 'M9 5l7 7-7 7',
  out: 'M10 4H5v16h5M14 8l4 4-4 4M18 12H9',
  sound: 'M4 9.5v5h3.5L12 18.5v-13L7.5 9.5zM15 9a4 4 0 0 1 0 6M17.5 6.5a8 8 0 0 1 0 11',
  mute: 'M4 9.5v5h3.5L12 18.5v-13L7.5 9.5zM15.5 9.5l5 5M20.5 9.5l-5 5',
  back: 'M9 5L4 10l5 5M4 10h10a5 5 0 0 1 0 10h-3',
  forth: 'M15 5l5 5-5 5M20 10H10a5 5 0 0 0 0 10h3',
  copy: 'M8 8h11v12H8zM5 16V4h11',
} as const

export type IconName = keyof typeof paths

export const Icon = ({ name }: { readonly name: IconName }) => (
  <svg className="i" viewBox="0 0 24 24" aria-hidden="true">
    <path d={paths[name]} />
  </svg>
)
