"""The sandbox's page in a real browser."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

import lazcore
from lazcore.testing import Sandbox


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as driver:
        program = shutil.which("chromium")
        assert program, "chromium is missing"
        browser = driver.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, sandbox: Sandbox) -> Iterator[Page]:
    """The page, which must not complain and must ask nobody else."""
    page = browser.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    asked: list[str] = []
    page.goto(sandbox.page_url)
    expect(page.locator("#orders tr")).to_have_count(30)
    yield page
    page.close()
    assert complaints == []
    assert all(url.startswith((sandbox.page_url, "data:")) for url in asked)


def test_a_call_appears_with_the_text_that_was_signed(page: Page, client: lazcore.Client) -> None:
    expect(page.locator("#no-calls")).to_be_visible()
    client.call("GetSeller")
    row = page.locator("#call-1")
    expect(row.locator("td").nth(3)).to_have_text("0")
    row.get_by_text("right").click()
    expect(row).to_contain_text("/seller/getaccess_token")
    expect(page.locator("#no-calls")).to_be_hidden()


def test_a_wrong_signature_stands_open_beside_the_right_one(page: Page, sandbox: Sandbox) -> None:
    stranger = lazcore.Client(
        sandbox.app_key,
        "another secret",
        gateway=sandbox.url,
        access_token=sandbox.access_token,
        max_attempts=1,
    )
    with pytest.raises(lazcore.AuthError, match="IncompleteSignature"):
        stranger.call("GetSeller")
    row = page.locator("#call-1")
    values = row.locator("td").nth(4).locator("dd")
    expect(values.nth(0)).to_be_visible()
    signed, gateway, came = values.all_text_contents()
    assert signed.startswith("/seller/get")
    assert re.fullmatch("[0-9A-F]{64}", gateway)
    assert re.fullmatch("[0-9A-F]{64}", came)
    assert gateway != came
    page.get_by_label("refused ones alone").check()
    expect(row).to_be_visible()


def test_refused_calls_alone(page: Page, client: lazcore.Client) -> None:
    client.call("GetSeller")
    expect(page.locator("#call-1")).to_be_visible()
    page.get_by_label("refused ones alone").check()
    expect(page.locator("#call-1")).to_be_hidden()


def test_orders_show_their_way_and_their_label(
    page: Page, sandbox: Sandbox, client: lazcore.Client
) -> None:
    orders = client.orders.pull(created_after=sandbox.created_after)
    done = client.fulfillment.run([str(order.order_id) for order in orders], until="packed")
    order_id = str(done.ok[0].order_id)
    row = page.locator("#orders tr", has_text=order_id)
    expect(row).to_contain_text("packed")
    link = row.get_by_role("link", name="label, printed 0 times").first
    answer = page.request.get(sandbox.page_url.rstrip("/") + str(link.get_attribute("href")))
    assert answer.body().startswith(b"%PDF-")
    page.get_by_label("order", exact=True).fill(order_id)
    expect(page.locator("#orders tr")).to_have_count(1)
    expect(page.locator("#shown")).to_have_text("this one")
    page.get_by_label("store").select_option("1")
    expect(page.locator("#shown")).to_contain_text(re.compile("this one|no such order"))


def test_orders_are_inserted_and_turned(page: Page) -> None:
    for _ in range(3):
        page.get_by_role("button", name="Insert 10 orders").click()
        expect(page.locator("#said")).to_have_text("Inserted 10 orders.")
    expect(page.locator("#shown")).to_have_text("1 to 50 of 60")
    page.get_by_role("button", name="Older").click()
    expect(page.locator("#shown")).to_have_text("51 to 60 of 60")
    page.get_by_role("button", name="Newer").click()
    expect(page.locator("#shown")).to_have_text("1 to 50 of 60")


def test_every_button_is_understood_and_shows_what_is_to_come(page: Page) -> None:
    buttons = page.locator("#buttons button")
    names = buttons.all_text_contents()
    assert names[-2:] == ["Behave", "Clock 1 h on"]
    for number, name in enumerate(names[:-2]):
        buttons.nth(number).click()
        expect(page.locator("#said")).to_have_text(f"Planned: {name}")
        assert "bad" not in (page.locator("#said").get_attribute("class") or "")
    planned = page.locator("#planned")
    expect(planned).to_contain_text("throttle, once; expire_token, once")
    expect(planned).to_contain_text("latency, until told to behave")
    page.get_by_role("button", name="Behave").click()
    expect(planned).to_have_text("nothing")
    clock = page.locator("#keys dd").nth(3)
    before = clock.text_content()
    page.get_by_role("button", name="Clock 1 h on").click()
    expect(clock).not_to_have_text(str(before))


def test_an_aimed_misbehavior_hits_its_call(page: Page, client: lazcore.Client) -> None:
    page.get_by_label("API").select_option("/seller/get")
    page.get_by_label("times").fill("2")
    page.get_by_role("button", name="Proxy's 502 page").click()
    expect(page.locator("#planned")).to_have_text("html_502 /seller/get, 2 times")
    client.call("GetSeller")
    expect(page.locator("#call-2 td").nth(3)).to_have_text("502 (html_502)")
    expect(page.locator("#call-3 td").nth(3)).to_have_text("0")
    expect(page.locator("#planned")).to_have_text("nothing")
