// A session in the page /view/, in headless Chromium. The first line of standard input says where:
//   {"url": URL, "user": NAME, "password": TEXT}
// Then each line is a command, answered with "ok" or what went wrong:
//   {"type": TEXT, "at": [X, Y], "then": [X, Y]}   clicks there, types, and leaves the pointer
//   {"save": FILE}                                 the remote screen as PNG

import { writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { createRequire } from 'node:module';
import path from 'node:path';

const packages = path.resolve(path.dirname(new URL(import.meta.url).pathname), '../../../packaging/npm');
const { chromium } = createRequire(path.join(packages, 'package.json'))('playwright-core');
let page;

async function enter({ url, user, password }) {
    await page.goto(url);
    await page.fill('#user', user);
    await page.fill('#password', password);
    await page.click('#log-in');
    await page.click('#sessions .control');
    await page.waitForSelector('#session canvas', { state: 'visible' });
}

/** Where a place of the remote screen is in the page. */
async function placed([x, y]) {
    const box = await page.locator('#session canvas').boundingBox();
    const width = await page.locator('#session canvas').evaluate((canvas) => canvas.width);
    return [box.x + (x + 0.5) * box.width / width, box.y + (y + 0.5) * box.width / width];
}

async function obey(command) {
    if (command.url) return enter(command);
    if (command.save) {
        const url = await page.locator('#session canvas').evaluate((canvas) => canvas.toDataURL('image/png'));
        return writeFile(command.save, Buffer.from(url.split(',')[1], 'base64'));
    }
    await page.mouse.click(...await placed(command.at));
    await page.keyboard.type(command.type, { delay: 15 });
    await page.keyboard.press('Enter');
    return page.mouse.move(...await placed(command.then));
}

const browser = await chromium.launch({
    executablePath: process.env.PRONTO_CHROMIUM ?? '/usr/bin/chromium',
    args: process.getuid() === 0 ? ['--no-sandbox'] : [],
});
page = await (await browser.newContext({ ignoreHTTPSErrors: true })).newPage();
for await (const line of createInterface({ input: process.stdin })) {
    try {
        await obey(JSON.parse(line));
        console.log('ok');
    } catch (problem) {
        console.log(String(problem.message ?? problem).replaceAll('\n', ' '));
    }
}
await browser.close();
