import sharp from "sharp";

const CELL = { width: 220, height: 200 };
const PICTURE = { width: 204, height: 160 };
const COLUMNS = 8;

/** One picture of many, each with its name below, for a person to look at. Throws where one of them cannot be read. */
export async function contactSheet(target: string, pictures: readonly { name: string; path: string }[]): Promise<void> {
  const rows = Math.ceil(pictures.length / COLUMNS);
  const placed = await Promise.all(
    pictures.map(async ({ path }, index) => ({
      input: await sharp(path)
        .resize({ ...PICTURE, fit: "contain", background: "#ddd" })
        .png()
        .toBuffer(),
      left: (index % COLUMNS) * CELL.width + 8,
      top: Math.floor(index / COLUMNS) * CELL.height + 8,
    })),
  );
  const names = pictures.map(({ name }, index) => {
    const [x, y] = [(index % COLUMNS) * CELL.width + 8, Math.floor(index / COLUMNS) * CELL.height + 184];
    return `<text x="${x}" y="${y}" font-size="13" font-family="sans-serif">${name.slice(-28).replaceAll("&", "&amp;")}</text>`;
  });
  const [width, height] = [COLUMNS * CELL.width, rows * CELL.height];
  const text = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${names.join("")}</svg>`;
  await sharp({ create: { width, height, channels: 3, background: "#fff" } })
    .composite([...placed, { input: Buffer.from(text), left: 0, top: 0 }])
    .png()
    .toFile(target);
}
