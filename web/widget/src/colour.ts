// The embedding page's own colour: checked, and with the text colour that can be read on it.

const HEX = /^#?([0-9a-f]{6})$/i;

export interface Brand {
  fill: string;
  /** Black or white: the better of the two reaches at least 4.58:1 on any colour. */
  ink: string;
}

/** Returns the colours for `#rrggbb`, or null for anything else. */
export function readBrand(text: string | null | undefined): Brand | null {
  const hex = HEX.exec(text ?? "")?.[1];
  if (!hex) return null;
  const luminance = luminanceOf(hex);
  const onWhite = 1.05 / (luminance + 0.05);
  const onBlack = (luminance + 0.05) / 0.05;
  return { fill: `#${hex}`, ink: onWhite >= onBlack ? "#ffffff" : "#000000" };
}

/** Relative luminance as WCAG 2.2 defines it. */
function luminanceOf(hex: string): number {
  const [red, green, blue] = [0, 2, 4].map((start) => {
    const channel = parseInt(hex.slice(start, start + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
