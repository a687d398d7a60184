// The body of a function that measures a page: kit/accessibility.py runs it in the browser. Colours come out as texts, contrasts as numbers (WCAG 2.2).
document.getAnimations().forEach((each) => each.finish()); // else a change of light is measured half way
const brush = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d", { willReadFrequently: true });

function colour(text) {
    brush.clearRect(0, 0, 1, 1);
    brush.fillStyle = text;
    brush.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = brush.getImageData(0, 0, 1, 1).data;
    return [red, green, blue, alpha / 255];
}

function over(top, below) {
    return [0, 1, 2].map((part) => top[part] * top[3] + below[part] * (1 - top[3])).concat(1);
}

// What an element's text stands on: all backgrounds from the first opaque one upwards.
function paper(element) {
    const layers = [];
    for (let each = element; each; each = each.parentElement) {
        layers.unshift(colour(getComputedStyle(each).backgroundColor));
        if (layers[0][3] === 1) break;
    }
    const dark = matchMedia("(prefers-color-scheme: dark)").matches;
    return layers.reduce((below, layer) => over(layer, below), dark ? [18, 18, 18, 1] : [255, 255, 255, 1]);
}

function luminance(parts) {
    const [red, green, blue] = parts.map((part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one, other) {
    const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
    return Math.round(((light + 0.05) / (dark + 0.05)) * 100) / 100;
}

function opacity(element) {
    let product = 1;
    for (let each = element; each; each = each.parentElement) product *= Number(getComputedStyle(each).opacity);
    return product;
}

function inkContrast(element, pseudo) {
    const below = paper(element);
    const ink = colour(getComputedStyle(element, pseudo).color);
    return contrast(over([...ink.slice(0, 3), ink[3] * opacity(element)], below), below);
}

function describe(element) {
    const words = (element.textContent || element.value || element.alt || "").trim().replace(/\s+/g, " ").slice(0, 40);
    return `<${element.localName}${element.id ? " id=" + element.id : ""}> ${words}`;
}

function isVisible(element) {
    const box = element.getBoundingClientRect();
    return element.checkVisibility({ visibilityProperty: true }) && box.width > 0 && box.height > 0;
}

// How an element stands out from what is around it: by its edge or by its fill.
function edgeContrast(element) {
    const style = getComputedStyle(element), around = paper(element.parentElement);
    const edge = parseFloat(style.borderTopWidth) > 0 && style.borderTopStyle !== "none" ? contrast(over(colour(style.borderTopColor), around), around) : 1;
    return Math.max(edge, contrast(paper(element), around));
}

function focusRing() {
    const element = document.activeElement;
    if (!element || element === document.body) return null;
    const style = getComputedStyle(element), box = element.getBoundingClientRect();
    const drawn = style.outlineStyle !== "none" ? parseFloat(style.outlineWidth) : 0;
    const seen = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    return {
        what: describe(element),
        width: drawn,
        contrast: contrast(over(colour(style.outlineColor), paper(element.parentElement)), paper(element.parentElement)),
        covered: !(seen && (element.contains(seen) || seen.contains(element))),
    };
}

function texts() {
    const found = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const element = walker.currentNode.parentElement;
        if (walker.currentNode.data.trim() && isVisible(element)) found.push({ what: describe(element), contrast: inkContrast(element) });
    }
    for (const box of document.querySelectorAll("input:not([type=hidden])")) {
        if (isVisible(box)) found.push({ what: describe(box), contrast: inkContrast(box) });
        if (isVisible(box) && box.placeholder) found.push({ what: describe(box) + " placeholder", contrast: inkContrast(box, "::placeholder") });
    }
    return found;
}

function controls() {
    return [...document.querySelectorAll("a[href], button, select, textarea, summary, input:not([type=hidden])")].filter(isVisible).map((element) => {
        const box = element.getBoundingClientRect();
        // A box is known by its edge; a button or a link is known by its words, whose contrast is measured as that of all words (Understanding §1.4.11).
        const isBox = ["input", "select", "textarea"].includes(element.localName);
        return { what: describe(element), size: Math.min(box.width, box.height), contrast: isBox ? edgeContrast(element) : null };
    });
}

function cutOff() {
    return [...document.querySelectorAll("body *")].filter((element) => {
        const style = getComputedStyle(element), hides = ["hidden", "clip"];
        return isVisible(element) && element.textContent.trim() && element.localName !== "option"
            && ((hides.includes(style.overflowX) && element.scrollWidth > element.clientWidth + 1)
                || (hides.includes(style.overflowY) && element.scrollHeight > element.clientHeight + 1));
    }).map(describe);
}

const page = document.scrollingElement;
return {
    language: document.documentElement.lang,
    direction: document.documentElement.dir,
    title: document.title,
    width: page.clientWidth,
    fullWidth: page.scrollWidth,
    texts: texts(),
    controls: controls(),
    cutOff: cutOff(),
    focus: focusRing(),
    styled: [...document.styleSheets].some((sheet) => sheet.cssRules.length > 0),
};
