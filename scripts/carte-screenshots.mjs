// Looks at the map page as people do. Run by scripts/carte-screenshots: PUPPETEER BROWSER BASE_URL FOLDER.
import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";

const [library, browserPath, base, folder] = process.argv.slice(2);
const { default: puppeteer } = await import(pathToFileURL(library));
const SIZES = [
  { name: "phone", width: 390, height: 844, isMobile: true, hasTouch: true, deviceScaleFactor: 2 },
  { name: "desk", width: 1280, height: 800 },
];
const PATIENCE = 15_000;

const browser = await puppeteer.launch({
  executablePath: browserPath,
  args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
});
try {
  for (const { name, ...viewport } of SIZES) {
    const context = await browser.createBrowserContext();
    await context.overridePermissions(base, ["geolocation"]);
    const page = await context.newPage();
    await look(page, name, viewport);
    await context.close();
  }
} finally {
  await browser.close();
}

// Waits until a condition holds in the page. The page lets no text become code, so puppeteer's own way of waiting is of no use.
async function until(page, what, condition, argument) {
  const end = Date.now() + PATIENCE;
  while (!(await page.evaluate(condition, argument))) {
    assert.ok(Date.now() < end, `never: ${what}`);
    await new Promise((wake) => setTimeout(wake, 50));
  }
}

async function look(page, name, viewport) {
  const elsewhere = [], complaints = [];
  let offline = false;
  page.on("request", (request) => { if (!request.url().startsWith(`${base}/`)) elsewhere.push(request.url()); });
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    // Browsers ask for an icon that no page of this kind has.
    const isIcon = message.location().url?.endsWith("/favicon.ico");
    if (message.type() === "error" && !offline && !isIcon) complaints.push(message.text());
  });
  await page.setViewport(viewport);
  await page.setGeolocation({ latitude: 5.3364, longitude: -4.0267 });
  await page.setExtraHTTPHeaders({ "Accept-Language": "fr" });
  await page.goto(`${base}/carte`, { waitUntil: "load" });

  await until(page, "the list fills", () => document.querySelectorAll("#items li").length === 10);
  await until(page, "the map is drawn", () => document.querySelectorAll("#drawing circle").length > 3);
  await until(page, "an ambulance can be called", () => !!document.querySelector('#urgent a[href="tel:185"]'));
  await until(page, "the sources are named", () => document.getElementById("sources").textContent.includes("OpenStreetMap"));
  await page.screenshot({ path: `${folder}/${name}.png` });

  await page.select("#kind", "pharmacy");
  const arePharmacies = () => {
    const lines = [...document.querySelectorAll("#items li p:first-of-type")];
    return lines.length === 10 && lines.every((line) => line.textContent.startsWith("Pharmacie ·"));
  };
  await until(page, "only pharmacies are listed", arePharmacies);
  await page.click("#near");
  await until(page, "the nearest of the asker", () => document.getElementById("from").textContent.includes("de vous")
    && !!document.querySelector("#drawing circle.here"));
  await until(page, "still only pharmacies", arePharmacies);
  await page.screenshot({ path: `${folder}/${name}-pharmacies.png` });

  await page.select("#kind", "");
  await page.type("#words", "akouedo");
  await page.click("#search button");
  await until(page, "what was searched is listed", () => {
    const names = [...document.querySelectorAll("#items h2")];
    return names.some((heading) => /akou/i.test(heading.textContent.normalize("NFD").replace(/\p{M}/gu, "")));
  });
  const calls = await page.$$eval("#items a.call", (links) => links.map((link) => link.getAttribute("href")));
  assert.ok(calls.length > 0 && calls.every((href) => /^tel:(\+[1-9]\d{7,14}|[1-9]\d{2,4})$/.test(href)), `tel: links, not ${calls}`);
  const small = await page.$$eval("button, select, a.call, #urgent a", (all) => all
    .map((one) => [one.textContent.trim(), one.getBoundingClientRect().height])
    .filter(([, height]) => height > 0 && height < 32));
  assert.deepEqual(small, [], "what is to be tapped is large enough for a thumb");
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.equal(wide, 0, "nothing reaches over the side");
  await page.screenshot({ path: `${folder}/${name}-search.png` });

  offline = true;
  await page.setOfflineMode(true);
  await page.click("#in");
  await until(page, "it says that there is no network", () => document.getElementById("said").textContent.startsWith("Pas de réseau"));
  const kept = await page.$$eval("#items li", (items) => items.length);
  assert.ok(kept > 0, "what was shown stays");
  await page.screenshot({ path: `${folder}/${name}-offline.png` });

  assert.deepEqual(elsewhere, [], "nothing is loaded from elsewhere");
  assert.deepEqual(complaints, [], "the browser complains of nothing");
  console.log(`${name} ${viewport.width}×${viewport.height}: passed`);
}
