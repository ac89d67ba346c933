import type { ReactNode } from 'react'
import { Link } from 'wouter'
import { Icon } from './Icon.tsx'

/** The way to the page that this one belongs to: first above the page, with an arrow and the name of that page. */
export const Back = ({ href, children }: { readonly href: string; readonly children: ReactNode }) => (
  <Link href={href} className="btn">
    <Icon name="left" />
    {children}
  </Link>
)
