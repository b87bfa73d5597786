package workload

import "fmt"

// The events, by Row.Name. What a person does next depends on what it did last: see next.
const (
	AppOpen = iota
	PageView
	Search
	ProductView
	AddToCart
	RemoveFromCart
	Favorite
	Checkout
	Pay
	Share
	Comment
	CouponClaim
	Login
	Logout
	Register
	PushOpen
	VideoPlay
	LiveEnter
	Refund
	SettingsChange
)

// Names are the twenty events.
var Names = [...]string{
	"app_open", "page_view", "search", "product_view", "add_to_cart", "remove_from_cart", "favorite", "checkout", "pay", "share",
	"comment", "coupon_claim", "login", "logout", "register", "push_open", "video_play", "live_enter", "refund", "settings_change",
}

// often is how often each event comes where nothing before it calls for another, in thousandths.
var often = [...]int{5, 380, 130, 300, 15, 6, 30, 2, 1, 14, 8, 9, 12, 6, 0, 8, 50, 18, 1, 5}

// following are the events that call for another: after [0] comes [1] in [2] of 1,000 cases.
var following = [...][3]int{
	{Search, ProductView, 450},
	{ProductView, AddToCart, 130},
	{AddToCart, Checkout, 330},
	{Checkout, Pay, 620},
	{Pay, Refund, 15},
	{CouponClaim, ProductView, 400},
	{PushOpen, ProductView, 500},
}

// Platforms are the values of «platform».
var Platforms = []string{"ios", "android", "web"}

// Texts of the other properties, by code. Code 0 of pages and coupons is «missing».
var (
	Channels = list("channel %02d", 0, 30)
	Cities   = list("city %03d", 0, 1000)
	Versions = list("6.%d", 0, 40)
	Pages    = append([]string{""}, list("/item/%05d", 0, 100_000)...)
	Coupons  = append([]string{""}, list("coupon %02d", 0, 50)...)
	Topics   = list("topic %02d", 0, 20)
)

func list(format string, from, to int) []string {
	out := make([]string, 0, to-from)
	for i := from; i < to; i++ {
		out = append(out, fmt.Sprintf(format, i))
	}
	return out
}

// hourly is how busy each hour of the day is, in arbitrary units.
var hourly = [24]int{12, 6, 4, 3, 3, 5, 12, 25, 35, 40, 42, 45, 55, 48, 42, 42, 45, 50, 60, 75, 90, 95, 70, 35}
