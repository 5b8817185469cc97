// Keys as they are drawn on the keyboard.
import { keyCaps } from './keys'

export const isMac = /Mac|iPhone|iPad/.test(navigator.platform)

export const Keys = ({ of }: { of: string }) => (
  <span className="keycaps">
    {keyCaps(of, isMac).map((cap, n) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: a fixed list of words
      <kbd key={n}>{cap}</kbd>
    ))}
  </span>
)
