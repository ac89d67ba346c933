import { useState } from 'react'
import { plain } from '../format.ts'
import { useText } from '../text/index.ts'
import '../photo.css'

interface Props {
  /** Whose: a person on record, or a visit. */
  readonly of?: 'people' | 'visits'
  readonly person: string
  readonly photo: string | null
  readonly name: string
}
/** The one-inch photo; without one, or when it cannot be had, it says so instead of showing somebody. */
export function PersonPhoto({ of = 'people', person, photo, name }: Props) {
  const { t } = useText()
  const [lost, setLost] = useState(false)
  if (photo === null || lost)
    return (
      <div className="photo none">
        <svg viewBox="0 0 100 120" aria-hidden="true">
          <circle cx="50" cy="46" r="24" />
          <path d="M12 120c2-34 18-46 38-46s36 12 38 46z" />
        </svg>
        <span>{t(photo === null ? 'gate.noPhoto' : 'gate.photoAway')}</span>
      </div>
    )
  return (
    <img
      className="photo"
      src={`/api/v1/${of}/${person}/photo/${photo}`}
      alt={t('gate.photoOf', { name: plain(name) })}
      onError={() => setLost(true)}
    />
  )
}
